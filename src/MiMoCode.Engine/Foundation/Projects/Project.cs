using System.Security.Cryptography;
using System.Text;

namespace MiMoCode.Engine.Foundation.Projects;

/// <summary>
/// What memory, grants and session lists belong to. Linked work trees share the project of their common git folder; a folder without
/// git is a project of its own, so that unrelated folders never share a memory.
/// </summary>
internal sealed record Project(string Id, string Worktree, string? GitFolder)
{
    private const int IdLength = 16;

    /// <summary>Set when a repository brings its id along, for instance after it was moved.</summary>
    private const string IdFile = "mimocode-project-id";

    public bool HasGit => GitFolder is not null;

    /// <summary>
    /// Finds the project of a folder by looking upward for <c>.git</c>, without starting git. A repository at the root of the file
    /// system or in the home folder does not count: it would swallow every project below it.
    /// </summary>
    public static Project Of(string directory, string home)
    {
        var start = Canonical(directory);
        for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var git = Path.Combine(folder, ".git");
            if ((!Directory.Exists(git) && !File.Exists(git)) || folder == Canonical(home) || Path.GetDirectoryName(folder) is null)
                continue;
            if (CommonFolder(git) is { } common)
                return new Project(IdOf(common), folder, common);
        }

        return new Project(Hash(start), start, null);
    }

    /// <summary>Where git's index of this work tree is, or would be; null without git.</summary>
    public string? IndexFile() =>
        GitFolder is not null && OwnFolder(Path.Combine(Worktree, ".git")) is { } own ? Path.Combine(own, "index") : null;

    /// <summary>The current branch; null when none is checked out or there is no git.</summary>
    public string? Branch()
    {
        const string prefix = "ref: refs/heads/";
        var own = GitFolder is null ? null : OwnFolder(Path.Combine(Worktree, ".git"));
        var head = own is null ? null : Path.Combine(own, "HEAD");
        if (head is null || !File.Exists(head))
            return null;
        var text = File.ReadAllText(head).Trim();
        return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
    }

    /// <summary>The folder with its links resolved, so that two ways to it are one project.</summary>
    public static string Canonical(string directory)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        var resolved = Path.GetPathRoot(full)!;
        foreach (var name in full[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, name);
            resolved = Directory.Exists(next) && Directory.ResolveLinkTarget(next, returnFinalTarget: true) is { } target
                ? target.FullName
                : next;
        }

        return resolved;
    }

    private static string? CommonFolder(string git)
    {
        if (OwnFolder(git) is not { } own)
            return null;
        var pointer = Path.Combine(own, "commondir");
        return File.Exists(pointer) ? Canonical(Path.Combine(own, File.ReadAllText(pointer).Trim())) : Canonical(own);
    }

    /// <summary>The git folder of this work tree; a linked one holds a file that points to it.</summary>
    private static string? OwnFolder(string git)
    {
        const string prefix = "gitdir:";
        if (Directory.Exists(git))
            return git;
        var text = File.ReadAllText(git).Trim();
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
            return null;
        var folder = Path.GetFullPath(text[prefix.Length..].Trim(), Path.GetDirectoryName(git)!);
        return Directory.Exists(folder) ? folder : null;
    }

    private static string IdOf(string gitFolder)
    {
        var file = Path.Combine(gitFolder, IdFile);
        return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 and <= 64 } id && id.All(char.IsAsciiLetterOrDigit)
            ? id
            : Hash(gitFolder);
    }

    private static string Hash(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..IdLength];
}
