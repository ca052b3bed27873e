using System.Text;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>Which files of a work tree are as git's index has them, so that their contents need not be kept anywhere else.</summary>
internal sealed class CleanFiles
{
    private const int MostAttributes = 200;

    private readonly string worktree;
    private readonly Dictionary<string, IndexedFile> files;
    private readonly DateTimeOffset writtenAt;
    private readonly List<(string Folder, GitIgnore Rules)> converted = [];

    private CleanFiles(string worktree, Dictionary<string, IndexedFile> files, DateTimeOffset writtenAt) =>
        (this.worktree, this.files, this.writtenAt) = (worktree, files, writtenAt);

    /// <summary>The id of some blob that git should have.</summary>
    public string? Any => files.Count > 0 ? files.First().Value.Id : null;

    /// <param name="worktree">The top of the work tree.</param>
    /// <param name="index">Git's index; null without git.</param>
    /// <param name="paths">All files of the tree, in full.</param>
    /// <returns>Null without an index that can be relied on.</returns>
    public static CleanFiles? Of(string worktree, string? index, IReadOnlyCollection<string> paths)
    {
        try
        {
            if (index is null || FileCalls.Status(index) is not { IsRegular: true } status)
                return null;
            var clean = new CleanFiles(worktree, GitIndex.Parse(File.ReadAllBytes(index)), status.Modified.Time);
            var attributes = paths.Where(path => Path.GetFileName(path) is ".gitattributes").ToList();
            if (attributes.Count > MostAttributes)
                return null;
            foreach (var file in attributes)
                clean.Distrust(Path.GetDirectoryName(file)!, file);
            clean.Distrust(worktree, Path.Join(Path.GetDirectoryName(index), "info/attributes"));
            return clean;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The blob that is the content of a file in this state; null when that is not certain.</summary>
    public string? BlobOf(string path, FileStamp stamp)
    {
        if (!files.TryGetValue(path[(worktree.Length + 1)..], out var file) || !IsSame(file, stamp))
            return null;

        // Written in the same moment as the index: it may have changed after git looked at it.
        if (stamp.Modified.Time >= writtenAt)
            return null;
        return converted.Exists(each => IsConverted(each.Folder, each.Rules, path)) ? null : file.Id;
    }

    private void Distrust(string folder, string attributes)
    {
        if (File.Exists(attributes) && GitAttributes.Converted(File.ReadAllText(attributes, Encoding.UTF8)) is { IsEmpty: false } rules)
            converted.Add((folder, rules));
    }

    private static bool IsConverted(string folder, GitIgnore rules, string path) =>
        path.StartsWith(folder + "/", StringComparison.Ordinal) && rules.Judge(path[(folder.Length + 1)..], isFolder: false) is true;

    private static bool IsSame(IndexedFile file, FileStamp stamp) =>
        file.Inode == (uint)stamp.Inode && file.Length == stamp.Length
        && (file.ModifiedSeconds, file.ModifiedNanoseconds) == ((uint)stamp.Modified.Seconds, stamp.Modified.Nanoseconds)
        && (file.ChangedSeconds, file.ChangedNanoseconds) == ((uint)stamp.Changed.Seconds, stamp.Changed.Nanoseconds);
}
