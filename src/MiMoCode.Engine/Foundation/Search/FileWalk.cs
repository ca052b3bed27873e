using System.Collections.Concurrent;
using System.IO.Enumeration;

namespace MiMoCode.Engine.Foundation.Search;

/// <param name="Path">Relative to the root of the walk, with /.</param>
/// <param name="FullPath">Where it is.</param>
/// <param name="Length">In bytes; 0 also for pipes and devices.</param>
/// <param name="ModifiedAt">When it was last written.</param>
/// <param name="IsLink">A symbolic link, which is listed and never followed.</param>
internal sealed record WalkedFile(string Path, string FullPath, long Length, DateTimeOffset ModifiedAt, bool IsLink);

/// <param name="RespectIgnoreFiles">Leave out what git ignores; .git itself is always left out.</param>
/// <param name="Hidden">Also names that begin with a dot.</param>
/// <param name="MostFiles">After so many files the walk ends and says that it did.</param>
internal sealed record WalkOptions(bool RespectIgnoreFiles = true, bool Hidden = true, int MostFiles = 1_000_000)
{
    /// <summary>Whether a file, by its full path, may be seen; others are passed over.</summary>
    public Func<string, bool> Shows { get; init; } = static _ => true;

    /// <summary>Asked before each file: true ends the walk as truncated.</summary>
    public Func<bool> IsEnough { get; init; } = static () => false;
}

/// <param name="Truncated">There were more files than were visited.</param>
/// <param name="UnreadableFolders">Folders that could not be listed.</param>
internal sealed record WalkOutcome(bool Truncated, int UnreadableFolders);

/// <summary>Visits the files of a tree, several folders at a time. Links are not followed, so it neither leaves the tree nor runs in circles.</summary>
internal static class FileWalk
{
    /// <param name="root">The folder to walk.</param>
    /// <param name="options">What to leave out.</param>
    /// <param name="visit">Called for each file, for several at once and in no order; false ends the walk as truncated.</param>
    /// <param name="cancellationToken">Ends it between two files.</param>
    public static async Task<WalkOutcome> VisitAsync(
        string root, WalkOptions options, Func<WalkedFile, CancellationToken, ValueTask<bool>> visit, CancellationToken cancellationToken)
    {
        root = Path.GetFullPath(root);
        var ignored = options.RespectIgnoreFiles ? IgnoreStack.ForRoot(root) : IgnoreStack.Empty;
        var walk = new Walk(options, visit);
        var folders = new List<Folder> { new(root, "", ignored) };
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, 16) };
        while (folders.Count > 0 && !walk.Truncated)
        {
            var next = new ConcurrentBag<Folder>();
            await Parallel.ForEachAsync(folders, parallel, (folder, token) => walk.FolderAsync(folder, next, token));
            folders = [.. next];
        }

        return new WalkOutcome(walk.Truncated, walk.Unreadable);
    }

    /// <summary>The files of a tree in the order of their paths.</summary>
    public static async Task<(IReadOnlyList<WalkedFile> Files, WalkOutcome Outcome)> FilesAsync(
        string root, WalkOptions options, GlobPattern? pattern, CancellationToken cancellationToken)
    {
        var files = new ConcurrentBag<WalkedFile>();
        var outcome = await VisitAsync(root, options, Keep, cancellationToken);
        return ([.. files.OrderBy(file => file.Path, StringComparer.Ordinal)], outcome);

        ValueTask<bool> Keep(WalkedFile file, CancellationToken token)
        {
            if (pattern is null || pattern.Matches(file.Path))
                files.Add(file);
            return ValueTask.FromResult(true);
        }
    }

    private sealed record Folder(string FullPath, string Path, IgnoreStack Ignored);

    private sealed class Walk(WalkOptions options, Func<WalkedFile, CancellationToken, ValueTask<bool>> visit)
    {
        private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

        private int visited;
        private int unreadable;
        private volatile bool truncated;

        public bool Truncated => truncated;

        public int Unreadable => unreadable;

        public async ValueTask FolderAsync(Folder folder, ConcurrentBag<Folder> next, CancellationToken cancellationToken)
        {
            if (truncated)
                return;
            var ignored = options.RespectIgnoreFiles ? folder.Ignored.Enter(folder.FullPath, folder.Path) : folder.Ignored;
            foreach (var entry in Entries(folder, ignored))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (entry.File is not { } file)
                {
                    next.Add(new Folder(entry.FullPath, entry.Path, ignored));
                    continue;
                }

                if (!options.Shows(file.FullPath))
                    continue;
                if (truncated || options.IsEnough() || Interlocked.Increment(ref visited) > options.MostFiles || !await visit(file, cancellationToken))
                {
                    truncated = true;
                    return;
                }
            }
        }

        private List<Entry> Entries(Folder folder, IgnoreStack ignored)
        {
            try
            {
                return [.. new FileSystemEnumerable<Entry>(folder.FullPath, (ref FileSystemEntry entry) => Make(folder, ref entry), Everything)
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) => IsWanted(folder, ignored, ref entry),
                }];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                Interlocked.Increment(ref unreadable);
                return [];
            }
        }

        private bool IsWanted(Folder folder, IgnoreStack ignored, ref FileSystemEntry entry)
        {
            var name = entry.FileName;
            if (name.Equals(".git", StringComparison.OrdinalIgnoreCase) || (!options.Hidden && name.StartsWith('.')))
                return false;
            return !options.RespectIgnoreFiles || !ignored.Ignores(Join(folder.Path, name), IsFolder(ref entry));
        }

        private static Entry Make(Folder folder, ref FileSystemEntry entry)
        {
            var (path, full) = (Join(folder.Path, entry.FileName), entry.ToFullPath());
            if (IsFolder(ref entry))
                return new Entry(path, full, null);
            var isLink = IsLink(ref entry);
            return new Entry(path, full, new WalkedFile(path, full, isLink ? 0 : entry.Length, entry.LastWriteTimeUtc, isLink));
        }

        private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;

        /// <summary>A link to a folder counts as a file, as it does for git.</summary>
        private static bool IsFolder(ref FileSystemEntry entry) => entry.IsDirectory && !IsLink(ref entry);

        private static string Join(string folder, ReadOnlySpan<char> name) => folder.Length == 0 ? name.ToString() : $"{folder}/{name}";
    }

    private readonly record struct Entry(string Path, string FullPath, WalkedFile? File);
}
