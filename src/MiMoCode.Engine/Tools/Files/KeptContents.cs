using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>A file as it was found. Not whole when it is too large to be kept, or cannot be read.</summary>
internal sealed record FoundFile(byte[] Bytes, UnixFileMode Mode, ulong Inode, DateTimeOffset Born, bool IsWhole);

/// <summary>A file as it was. Bytes is null when its content was not kept, or is not there any more.</summary>
internal sealed record EarlierFile(byte[]? Bytes, UnixFileMode Mode, ulong Inode);

/// <summary>
/// What files contain, so that it can be told after they changed. A file that is as git has it is not copied: git keeps that content
/// anyway. Every other one is copied into a file that has no name, so that nothing is left on the disk however the program ends.
/// </summary>
internal sealed class KeptContents(string folder, string worktree, string? index, GitProcess git, long largestFile) : IDisposable
{
    private static readonly FoundFile Unknown = new([], default, default, default, IsWhole: false);
    private readonly ContentPack pack = new(folder);
    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);

    /// <summary>What the copies take on the disk, in bytes.</summary>
    public long Length => pack.Length;

    /// <summary>Keeps all files of a tree that was just looked at. Gives those that git does not have, which are still to be copied.</summary>
    public async Task<List<string>> KeepCleanAsync(TreeWatch tree, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var clean = CleanFiles.Of(worktree, index, paths);
        if (clean is null || !await AnswersAsync(clean, cancellationToken))
            return [.. paths];
        var left = new List<string>();
        foreach (var path in paths)
        {
            if (tree[path] is { } stamp && clean.BlobOf(path, stamp) is { } blob)
                kept[path] = new Kept(stamp.Mode, stamp.Inode, blob, default, (long)stamp.Length);
            else
                left.Add(path);
        }

        return left;
    }

    /// <summary>Copies a file as it is now; gives what was found, null when there is no regular file any more.</summary>
    public FoundFile? Keep(string path)
    {
        var now = Look(path);
        if (now is null)
            kept.Remove(path);
        else
            kept[path] = new Kept(now.Mode, now.Inode, null, now.IsWhole ? pack.Add(now.Bytes) : null, now.Bytes.Length);
        return now;
    }

    /// <summary>How the files were when they were kept; those that were not there are left out.</summary>
    public async Task<Dictionary<string, EarlierFile>> ReadAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        var earlier = new Dictionary<string, EarlierFile>(StringComparer.Ordinal);
        var fromGit = new List<(string Path, Kept Kept)>();
        foreach (var path in paths)
        {
            if (!kept.TryGetValue(path, out var known))
                continue;
            earlier[path] = new EarlierFile(known.Place is { } place ? pack.Get(place) : null, known.Mode, known.Inode);
            if (known.Blob is not null)
                fromGit.Add((path, known));
        }

        var blobs = await git.BlobsAsync(worktree, [.. fromGit.Select(each => each.Kept.Blob!).Distinct()], cancellationToken);
        foreach (var (path, known) in fromGit)
        {
            // Another length: something converted it that no attribute told of.
            if (blobs.TryGetValue(known.Blob!, out var bytes) && bytes.Length == known.Length)
                earlier[path] = new EarlierFile(bytes, known.Mode, known.Inode);
        }

        return earlier;
    }

    public void Dispose() => pack.Dispose();

    /// <summary>Whether git is there and gives out what its index speaks of.</summary>
    private async Task<bool> AnswersAsync(CleanFiles clean, CancellationToken cancellationToken) =>
        clean.Any is { } any && (await git.BlobsAsync(worktree, [any], cancellationToken)).Count == 1;

    private FoundFile? Look(string path)
    {
        try
        {
            if (FileCalls.IsNameless(path))
                return Unknown;
            if (FileCalls.Status(path) is not { IsRegular: true } status)
                return null;
            var whole = (long)status.Length <= largestFile;
            return new FoundFile(whole ? File.ReadAllBytes(path) : [], status.Mode, status.Inode, status.Born.Time, whole);
        }
        catch (UnauthorizedAccessException)
        {
            return Unknown;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <param name="Mode">Of the file.</param>
    /// <param name="Inode">By which it is known wherever it is moved.</param>
    /// <param name="Blob">Git has the content under this id.</param>
    /// <param name="Place">Here is a copy of it.</param>
    /// <param name="Length">In bytes.</param>
    private readonly record struct Kept(UnixFileMode Mode, ulong Inode, string? Blob, PackedContent? Place, long Length);
}
