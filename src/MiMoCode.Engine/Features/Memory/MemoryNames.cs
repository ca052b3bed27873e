using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>The short names by which people know memory files, in a project and one of its sessions.</summary>
internal sealed class MemoryNames(MemoryFiles files, string? rootId)
{
    /// <summary>The files that are there.</summary>
    public IEnumerable<string> Paths => files.Files(rootId);

    public string NameOf(string path) => path switch
    {
        _ when path == files.Project => "project",
        _ when path == files.Global => "global",
        _ when rootId is not null && path == files.Notes(rootId) => "notes",
        _ when rootId is not null && path == files.Checkpoint(rootId) => "checkpoint",
        _ when Path.GetFileName(path) is "progress.md" && Path.GetFileName(Path.GetDirectoryName(path)) is { Length: > 0 } task => task,
        _ => Path.GetRelativePath(files.Root, path).Replace('\\', '/'),
    };

    public MemoryLayer LayerOf(string path) => LayerOf(files.Root, path);

    /// <summary>Whom a file below the memory folder serves.</summary>
    public static MemoryLayer LayerOf(string root, string path) => Path.GetRelativePath(root, path).Replace('\\', '/').Split('/')[0] switch
    {
        "global" => MemoryLayer.Global,
        "projects" => MemoryLayer.Project,
        _ => MemoryLayer.Session,
    };

    /// <summary>The file that a name, or a path with either kind of separator, means. It need not be there when its name is fixed.</summary>
    /// <exception cref="UserException">It means none of this project.</exception>
    public string PathOf(string name)
    {
        var wanted = name.Trim().Replace('\\', '/');
        if (Fixed(wanted) is { } known)
            return known;
        return Paths.FirstOrDefault(path => path.Replace('\\', '/') is var own && (NameOf(path) == wanted || own == wanted || own.EndsWith("/" + wanted, StringComparison.Ordinal)))
            ?? throw new UserException($"There is no memory file {name} here. mimo memory list shows them{(rootId is null ? "; name a session with -s to see its notes and checkpoint" : "")}.", httpStatus: 404);
    }

    private string? Fixed(string name) => name.ToLowerInvariant() switch
    {
        "project" => files.Project,
        "global" => files.Global,
        "notes" when rootId is not null => files.Notes(rootId),
        "checkpoint" when rootId is not null => files.Checkpoint(rootId),
        _ => null,
    };
}
