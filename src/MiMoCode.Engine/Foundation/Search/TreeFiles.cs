namespace MiMoCode.Engine.Foundation.Search;

/// <summary>The files of a tree one after the other, for whoever wants to look at their names only.</summary>
internal static class TreeFiles
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    /// <summary>Full paths. Folders named .git and what lies behind links to folders are left out; what cannot be listed is passed over.</summary>
    public static IEnumerable<string> Below(string root, bool hidden, bool ignored)
    {
        var folders = new Stack<(string Path, string Relative, IgnoreStack Rules)>([(root, "", ignored ? IgnoreStack.Empty : IgnoreStack.ForRoot(root))]);
        while (folders.TryPop(out var folder))
        {
            var rules = ignored ? folder.Rules : folder.Rules.Enter(folder.Path, folder.Relative);
            foreach (var entry in Entries(folder.Path))
            {
                var relative = folder.Relative.Length == 0 ? entry.Name : $"{folder.Relative}/{entry.Name}";
                var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
                if (entry.Name is ".git" || (!hidden && entry.Name.StartsWith('.')) || (!ignored && rules.Ignores(relative, isFolder)))
                    continue;
                if (isFolder)
                    folders.Push((entry.FullName, relative, rules));
                else
                    yield return entry.FullName;
            }
        }
    }

    private static IEnumerable<FileSystemInfo> Entries(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", Everything)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
