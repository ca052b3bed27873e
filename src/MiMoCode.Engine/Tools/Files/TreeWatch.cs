using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Enumeration;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>What tells one state of a file from another without opening it.</summary>
internal readonly record struct FileStamp(ulong Inode, ulong Length, UnixFileMode Mode, FileTime Modified, FileTime Changed)
{
    /// <summary>The file has other names too, through which it can change.</summary>
    public bool IsShared { get; init; }

    public static FileStamp Of(FileStatus status) =>
        new(status.Inode, status.Length, status.Mode, status.Modified, status.Changed) { IsShared = status.Links > 1 };
}

/// <summary>
/// The regular files of a tree, apart from what git ignores and what links lead to. The first time it looks at every file and opens
/// none; from then on only at those that the kernel noted, and at all of them again where its notes do not tell everything.
/// </summary>
internal sealed class TreeWatch(string root, int mostFiles) : IDisposable
{
    private const string IgnoreFile = ".gitignore", GitFolder = ".git";
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    private readonly ConcurrentDictionary<string, FileStamp> files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Folder> folders = new(StringComparer.Ordinal);
    private FolderNotices? notices;
    private bool isNeverTold;

    /// <summary>There are more files than may be watched; then nothing is known.</summary>
    public bool IsTooLarge => files.Count > mostFiles;

    /// <summary>Every change is noted, so that nobody has to look at files that did not change.</summary>
    public bool IsTold => notices is not null;

    /// <summary>The last state of a file that was seen; null when there is none.</summary>
    public FileStamp? this[string path] => files.TryGetValue(path, out var stamp) ? stamp : null;

    /// <summary>The files that are new, changed or not seen any more since this was asked last, by their full paths.</summary>
    /// <param name="threads">How many folders are looked at together when all are.</param>
    /// <param name="cancellationToken">Leaves it useless: it must be disposed then.</param>
    public ImmutableArray<string> Refresh(int threads, CancellationToken cancellationToken)
    {
        var walk = new Walk(this, threads, cancellationToken);
        var isEnough = notices?.Read() is { } told && !told.Any(notice => notice.Name is IgnoreFile || notice.Path == root) && Follow(told, walk);
        if (!isEnough)
            LookAtAll(walk);
        return [.. walk.Changed];
    }

    public void Dispose() => notices?.Dispose();

    private void LookAtAll(Walk walk)
    {
        notices?.Dispose();
        notices = isNeverTold ? null : FolderNotices.Open();
        folders.Clear();
        walk.Enter([new Folder(root, "", IgnoreStack.ForRoot(root))]);

        // Not met any more: gone, or ignored from now on.
        foreach (var path in files.Keys.Where(path => !walk.Met.ContainsKey(path)))
        {
            files.TryRemove(path, out _);
            if (FileCalls.StampOf(path) is null)
                walk.Changed.Add(path);
        }
    }

    /// <summary>False when it led to a file with a second name: the first one may be any, and the kernel tells only of the name that is used.</summary>
    private bool Follow(IReadOnlyCollection<FolderNotice> told, Walk walk)
    {
        var remade = told.Where(IsAnotherFolder).Select(notice => notice.Path).ToHashSet(StringComparer.Ordinal);
        var names = told.Where(notice => !notice.IsFolder).Select(notice => notice.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, stamp) in files)
        {
            if (stamp.IsShared)
                names.Add(path);
        }

        if (remade.Count > 0)
        {
            names.UnionWith(files.Keys.Where(path => IsBelow(path, remade)));
            foreach (var folder in folders.Keys.Where(path => remade.Contains(path) || IsBelow(path, remade)))
            {
                folders.TryRemove(folder, out _);
                notices!.Unwatch(folder);
            }
        }

        foreach (var path in names.Where(IsWatched))
        {
            // A name that is no UTF-8 cannot be opened by what is left of it: something changed there, and nobody knows what.
            if (FileCalls.IsNameless(path))
                walk.Changed.Add(path);
            else
                walk.Look(path);
        }

        if (remade.Count > 0)
            walk.Enter([.. remade.Where(path => !IsBelow(path, remade)).Select(FolderAt).OfType<Folder>()]);
        return !walk.HasNewNames && notices is not null;
    }

    /// <summary>Only a mode that opens a folder which could not be looked into makes it another one.</summary>
    private bool IsAnotherFolder(FolderNotice notice) =>
        notice.IsFolder && notice.Name is not GitFolder && !(notice.OnlyAttributes && notices!.IsWatched(notice.Path));

    private bool IsWatched(string path) =>
        files.ContainsKey(path) || (folders.TryGetValue(Path.GetDirectoryName(path)!, out var folder) && folder.Holds(Path.GetFileName(path), isFolder: false));

    private Folder? FolderAt(string path) =>
        FileCalls.IsFolder(path) && folders.TryGetValue(Path.GetDirectoryName(path)!, out var parent) && parent.Holds(Path.GetFileName(path), isFolder: true)
            ? parent.Below(Path.GetFileName(path))
            : null;

    private static bool IsBelow(string path, HashSet<string> tops)
    {
        for (var parent = Path.GetDirectoryName(path); parent is { Length: > 1 }; parent = Path.GetDirectoryName(parent))
        {
            if (tops.Contains(parent))
                return true;
        }

        return false;
    }

    /// <summary>A folder and what is ignored in it.</summary>
    private sealed class Folder(string path, string relative, IgnoreStack above)
    {
        private readonly IgnoreStack rules = above.Enter(path, relative);

        public string FullPath => path;

        public Folder Below(string name) => new(Path.Join(path, name), RelativeOf(name), rules);

        public bool Holds(string name, bool isFolder) => name is not GitFolder && !rules.Ignores(RelativeOf(name), isFolder);

        /// <summary>The names in it, each with whether it is a folder. What cannot be listed is empty.</summary>
        public List<(string Name, bool IsFolder)> Entries()
        {
            try
            {
                return [.. new FileSystemEnumerable<(string, bool)>(path, (ref FileSystemEntry entry) => (entry.FileName.ToString(), IsFolder(ref entry)), Everything)];
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }

        private static bool IsFolder(ref FileSystemEntry entry) => entry.IsDirectory && (entry.Attributes & FileAttributes.ReparsePoint) == 0;

        private string RelativeOf(string name) => relative.Length == 0 ? name : $"{relative}/{name}";
    }

    /// <summary>One look at the tree or a part of it.</summary>
    private sealed class Walk(TreeWatch tree, int threads, CancellationToken cancellationToken)
    {
        private volatile bool isToldAll = true;
        private volatile bool hasNewNames;

        /// <summary>A file has got more than one name.</summary>
        public bool HasNewNames => hasNewNames;

        public ConcurrentBag<string> Changed { get; } = [];

        public ConcurrentDictionary<string, bool> Met { get; } = new(StringComparer.Ordinal);

        public void Enter(IReadOnlyCollection<Folder> tops)
        {
            var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = threads };
            while (tops.Count > 0 && !tree.IsTooLarge)
            {
                var found = new ConcurrentBag<Folder>();
                Parallel.ForEach(tops, parallel, folder => Look(folder, found));
                tops = found;
            }

            if (isToldAll)
                return;
            tree.notices?.Dispose();
            (tree.notices, tree.isNeverTold) = (null, true);
        }

        /// <summary>Looks at one file that is, was or may be there.</summary>
        public void Look(string path)
        {
            var now = FileCalls.StampOf(path);
            var was = tree[path];
            if (now is { } stamp)
                tree.files[path] = stamp;
            else
                tree.files.TryRemove(path, out _);
            hasNewNames |= now is { IsShared: true } && was is not { IsShared: true };
            if (now != was)
                Changed.Add(path);
        }

        private void Look(Folder folder, ConcurrentBag<Folder> found)
        {
            // Watched before it is listed: what happens in between is seen or told.
            if (isToldAll && tree.notices?.Watch(folder.FullPath) == false)
                isToldAll = false;
            tree.folders[folder.FullPath] = folder;
            foreach (var (name, isFolder) in folder.Entries())
            {
                if (!folder.Holds(name, isFolder))
                    continue;
                if (isFolder)
                {
                    found.Add(folder.Below(name));
                    continue;
                }

                var path = Path.Join(folder.FullPath, name);
                Met[path] = true;
                Look(path);
            }
        }
    }
}
