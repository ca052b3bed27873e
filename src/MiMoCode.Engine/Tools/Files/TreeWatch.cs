using System.Collections.Concurrent;
using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>What tells one state of a file from another without opening it.</summary>
internal readonly record struct FileStamp(ulong Inode, ulong Length, UnixFileMode Mode, FileTime Modified, FileTime Changed)
{
    public static FileStamp Of(FileStatus status) => new(status.Inode, status.Length, status.Mode, status.Modified, status.Changed);
}

/// <summary>
/// The regular files of a tree, apart from what git ignores and what links lead to. It looks at every file but opens none, and lists
/// only the folders that have changed.
/// </summary>
internal sealed class TreeWatch(string root, int mostFiles)
{
    private readonly ConcurrentDictionary<string, FileStamp> files = new(StringComparer.Ordinal);
    private readonly List<Folder> folders = [];

    /// <summary>There are more files than may be watched; then nothing is known.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>The files that are new, changed or not seen any more since this was asked last, by their full paths.</summary>
    public ImmutableArray<string> Refresh(CancellationToken cancellationToken)
    {
        var changed = new ConcurrentBag<string>();
        if (folders.Count == 0)
            folders.Add(new Folder(root, "", IgnoreStack.ForRoot(root)));
        var round = folders.ToList();
        while (round.Count > 0 && !IsTooLarge)
        {
            var found = new ConcurrentBag<Folder>();
            Parallel.ForEach(
                round, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 8) },
                folder => folder.Refresh(files, changed, found));
            round = [.. found];
            folders.AddRange(round);
            IsTooLarge = files.Count > mostFiles;
        }

        folders.RemoveAll(folder => folder.IsGone);
        return [.. changed];
    }

    private sealed class Folder(string path, string relative, IgnoreStack above)
    {
        private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

        private readonly HashSet<string> names = new(StringComparer.Ordinal);
        private readonly HashSet<string> entered = new(StringComparer.Ordinal);
        private FileStamp stamp;

        public bool IsGone { get; private set; }

        public void Refresh(ConcurrentDictionary<string, FileStamp> files, ConcurrentBag<string> changed, ConcurrentBag<Folder> found)
        {
            var now = StatusOf(path);
            IsGone = now is not { IsFolder: true };
            if (now is { IsFolder: true } status && FileStamp.Of(status) != stamp)
            {
                stamp = FileStamp.Of(status);
                List(found);
            }

            foreach (var name in names)
            {
                var file = Path.Join(path, name);
                var seen = FileCalls.StampOf(file);
                if (seen is { } known && files.TryGetValue(file, out var last) && last == known)
                    continue;
                if (seen is { } fresh)
                    files[file] = fresh;
                else if (!files.TryRemove(file, out _))
                    continue;
                changed.Add(file);
            }

            names.RemoveWhere(name => !files.ContainsKey(Path.Join(path, name)));
        }

        private void List(ConcurrentBag<Folder> found)
        {
            var rules = above.Enter(path, relative);
            var subfolders = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in Entries())
            {
                var below = relative.Length == 0 ? entry.Name : $"{relative}/{entry.Name}";
                var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
                if (entry.Name is ".git" || rules.Ignores(below, isFolder))
                    continue;
                if (!isFolder)
                    names.Add(entry.Name);
                else if (subfolders.Add(entry.Name) && !entered.Contains(entry.Name))
                    found.Add(new Folder(entry.FullName, below, rules));
            }

            entered.Clear();
            entered.UnionWith(subfolders);
        }

        private IEnumerable<FileSystemInfo> Entries()
        {
            try
            {
                return [.. new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything)];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }

        private static FileStatus? StatusOf(string path)
        {
            try
            {
                return FileCalls.Status(path);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
