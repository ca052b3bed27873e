namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>A Markdown file of a settings folder. Its name is its path below the folder, without the ending.</summary>
internal sealed record MarkdownPath(string Name, string Path, bool FromProject);

/// <summary>Where Markdown files that extend the program lie: the user's folders, then the project's from its root downwards. Later ones win.</summary>
internal sealed class MarkdownFolders(EnvironmentVariables environment, Folders folders, ProjectFolders project)
{
    /// <summary>The files below folders of these names.</summary>
    public IEnumerable<MarkdownPath> Find(params string[] names) => Roots().SelectMany(root => In(root.Folder, root.FromProject, names));

    /// <summary>The settings folders themselves, also those that do not exist.</summary>
    public IEnumerable<(string Folder, bool FromProject)> Roots()
    {
        yield return (folders.Config, false);
        yield return (Path.Combine(folders.Home, ".mimocode"), false);
        foreach (var folder in environment.DisableProjectConfig ? [] : project.Downwards.Where(folder => folder != folders.Home))
        {
            yield return (Path.Combine(folder, ".opencode"), true);
            yield return (Path.Combine(folder, ".mimocode"), true);
        }

        if (folders.Extra is { } extra)
            yield return (extra, false);
    }

    /// <summary>Changes when a file is added, changed or removed.</summary>
    public static string Stamp(IEnumerable<MarkdownPath> files) => string.Join(
        '\n', files.Select(file => $"{file.Path} {File.GetLastWriteTimeUtc(file.Path).Ticks} {new FileInfo(file.Path).Length}"));

    private static IEnumerable<MarkdownPath> In(string folder, bool fromProject, string[] names) =>
        from name in names
        let below = Path.Combine(folder, name)
        where Directory.Exists(below)
        from path in Directory.EnumerateFiles(below, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        select new MarkdownPath(Path.GetRelativePath(below, path)[..^".md".Length].Replace('\\', '/'), path, fromProject);
}
