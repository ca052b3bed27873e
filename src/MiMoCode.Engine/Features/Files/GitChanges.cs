using System.Collections.Immutable;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Files;

/// <summary>What git says about a work tree; nothing where there is no git or no commit.</summary>
internal sealed class GitChanges(GitProcess git, string worktree)
{
    public async Task<ImmutableArray<FileStatus>> StatusAsync(CancellationToken cancellationToken) =>
    [
        .. from diff in await DiffAsync(fromBranch: false, cancellationToken)
           select new FileStatus(diff.File, diff.Additions, diff.Deletions, diff.Status ?? FileChange.Modified),
    ];

    public async Task<ImmutableArray<FileDiff>> DiffAsync(bool fromBranch, CancellationToken cancellationToken)
    {
        if (!Path.Exists(Path.Combine(worktree, ".git")) || await StartAsync(fromBranch, cancellationToken) is not { } start)
            return [];
        var tracked = await git.TextAsync(worktree, ["diff", "--no-color", "--no-renames", start, "--"], cancellationToken) ?? "";
        var untracked = await git.TextAsync(worktree, ["ls-files", "--others", "--exclude-standard", "-z"], cancellationToken) ?? "";
        return
        [
            .. Split(tracked).Select(Parse),
            .. untracked.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(path => new FileDiff(path, "", CountLines(path), 0, FileChange.Added)),
        ];
    }

    public async Task<VcsState> StateAsync(CancellationToken cancellationToken)
    {
        if (!Path.Exists(Path.Combine(worktree, ".git")))
            return new VcsState();
        var branch = await git.TextAsync(worktree, ["symbolic-ref", "--short", "--quiet", "HEAD"], cancellationToken);
        return new VcsState(branch, await DefaultBranchAsync(cancellationToken));
    }

    private async Task<string?> StartAsync(bool fromBranch, CancellationToken cancellationToken)
    {
        if (fromBranch && await DefaultBranchAsync(cancellationToken) is { } branch)
            return await git.TextAsync(worktree, ["merge-base", branch, "HEAD"], cancellationToken);
        return await git.TextAsync(worktree, ["rev-parse", "--verify", "--quiet", "HEAD"], cancellationToken);
    }

    private async Task<string?> DefaultBranchAsync(CancellationToken cancellationToken)
    {
        const string prefix = "origin/";
        if (await git.TextAsync(worktree, ["symbolic-ref", "--short", "--quiet", "refs/remotes/origin/HEAD"], cancellationToken) is { } remote)
            return remote.StartsWith(prefix, StringComparison.Ordinal) ? remote[prefix.Length..] : remote;
        foreach (var usual in new[] { "main", "master" })
        {
            if (await git.TextAsync(worktree, ["rev-parse", "--verify", "--quiet", $"refs/heads/{usual}"], cancellationToken) is not null)
                return usual;
        }

        return null;
    }

    private static IEnumerable<string> Split(string diff)
    {
        const string head = "diff --git ";
        for (var at = diff.StartsWith(head, StringComparison.Ordinal) ? 0 : -1; at >= 0;)
        {
            var next = diff.IndexOf('\n' + head, at, StringComparison.Ordinal);
            yield return next < 0 ? diff[at..] : diff[at..(next + 1)];
            at = next < 0 ? -1 : next + 1;
        }
    }

    private static FileDiff Parse(string patch)
    {
        var lines = patch.Split('\n');
        var body = lines.SkipWhile(line => !line.StartsWith("@@", StringComparison.Ordinal)).ToList();
        var status = lines.Any(line => line.StartsWith("new file mode", StringComparison.Ordinal)) ? FileChange.Added
            : lines.Any(line => line.StartsWith("deleted file mode", StringComparison.Ordinal)) ? FileChange.Deleted
            : FileChange.Modified;
        return new FileDiff(
            PathOf(lines[0]), patch, body.Count(line => line.StartsWith('+')), body.Count(line => line.StartsWith('-')), status);
    }

    /// <summary>"diff --git a/PATH b/PATH": without renames both halves are the same.</summary>
    private static string PathOf(string header)
    {
        var names = header["diff --git ".Length..];
        return names[((names.Length / 2) + 3)..].Trim('"');
    }

    private int CountLines(string path)
    {
        var file = new FileInfo(Path.Combine(worktree, path));
        return file is { Exists: true, LinkTarget: null, Length: > 0 and < 1 << 20 } ? File.ReadLines(file.FullName).Count() : 0;
    }
}
