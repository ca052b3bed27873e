using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>The folder that we work in and the work tree round it.</summary>
/// <param name="Root">The work tree's root: the nearest folder upwards with .git, or the folder itself.</param>
/// <param name="Folder">The folder itself.</param>
internal sealed record ProjectFolders(string Root, string Folder)
{
    /// <summary>Finds the root without running anything: opening a folder must not execute what it holds.</summary>
    public static ProjectFolders Of(string folder)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        for (var current = full; current is not null; current = Path.GetDirectoryName(current))
        {
            if (Path.Exists(Path.Combine(current, ".git")))
                return new(current, full);
        }

        return new(full, full);
    }

    /// <summary>From the root down to the folder: what is nearer comes later and wins.</summary>
    public ImmutableArray<string> Downwards
    {
        get
        {
            var found = ImmutableArray.CreateBuilder<string>();
            for (var current = Folder; current is not null; current = current == Root ? null : Path.GetDirectoryName(current))
                found.Insert(0, current);
            return found.ToImmutable();
        }
    }
}
