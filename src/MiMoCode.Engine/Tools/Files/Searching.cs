using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>Which files, by full paths without links, an agent may do this to without asking.</summary>
internal delegate ValueTask<Func<string, bool>> Sight(Session session, string permission, CancellationToken cancellationToken);

/// <summary>What glob, grep and list share: where they look, and what stays hidden from them.</summary>
internal sealed class Searching(Sight sight, TimeProvider clock)
{
    /// <summary>
    /// A walk that begins now. The gate judged only the folder it starts in, so what the agent may not read, or not find with this
    /// tool, is passed over.
    /// </summary>
    public async ValueTask<BoundedWalk> BeginAsync(string permission, ToolContext context, CancellationToken cancellationToken)
    {
        var mayRead = await sight(context.Session, PermissionNames.Read, cancellationToken);
        var mayFind = await sight(context.Session, permission, cancellationToken);
        return new BoundedWalk(path => mayRead(path) && mayFind(path), clock);
    }

    /// <summary>The folder that is meant; it must be there.</summary>
    public static TargetPath Folder(string? path, ToolContext context)
    {
        var folder = TargetPath.Of(path ?? ".", context);
        if (Directory.Exists(folder.Real))
            return folder;
        throw new ToolException(File.Exists(folder.Real)
            ? $"{folder.Shown} is a file, not a folder. Use read to see it, or name its folder."
            : $"The folder {folder.Shown} does not exist. Use list or glob to find the right one.");
    }

    /// <summary>Parses what the model wrote; the reason against it goes back to the model.</summary>
    public static T Parse<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException error)
        {
            throw new ToolException(error.Message);
        }
    }
}

/// <summary>One walk: it ends after a few seconds, and counts what it passed over.</summary>
internal sealed class BoundedWalk
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private int hidden;

    public BoundedWalk(Func<string, bool> maySee, TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        Options = new WalkOptions { Shows = Shows, IsEnough = () => clock.GetElapsedTime(start) > Longest };

        bool Shows(string path)
        {
            if (maySee(path))
                return true;
            Interlocked.Increment(ref hidden);
            return false;
        }
    }

    public WalkOptions Options { get; }

    /// <summary>What was left out, a line each.</summary>
    public IEnumerable<string> Remarks(WalkOutcome outcome)
    {
        if (outcome.Truncated)
            yield return "[there are more files than could be looked at in time; name a folder]";
        if (outcome.UnreadableFolders > 0)
            yield return $"[{outcome.UnreadableFolders} folders could not be read]";
        if (hidden > 0)
            yield return $"[{hidden} files are hidden by permission rules]";
    }
}
