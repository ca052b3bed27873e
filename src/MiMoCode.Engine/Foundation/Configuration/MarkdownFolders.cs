using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>A Markdown file of a settings folder. Its name is its path below the folder, without the ending.</summary>
internal sealed record MarkdownPath(string Name, string Path, bool FromProject);

/// <summary>Where Markdown files that extend the program lie: the user's folders, then the project's from its root downwards. Later ones win.</summary>
internal sealed class MarkdownFolders(EnvironmentVariables environment, Folders folders, ProjectFolders project)
{
    private const string Ending = ".md";

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

    /// <summary>
    /// Files below a folder, in order; folders whose names begin with a dot are left out. A link to a folder counts at the top alone,
    /// and in a project only where it stays inside: what a repository brings leads nowhere else and never in circles.
    /// </summary>
    public IEnumerable<string> Below(string folder, bool fromProject, string ending) => !Directory.Exists(folder) ? [] :
        from start in Linked(folder).Prepend(folder)
        where !fromProject || IsInside(start)
        from path in TreeFiles.Below(start, hidden: false, ignored: true).Order(StringComparer.Ordinal)
        where path.EndsWith(ending, StringComparison.Ordinal) && File.Exists(path)
        select path;

    private IEnumerable<MarkdownPath> In(string folder, bool fromProject, string[] names) =>
        from name in names
        let below = Path.Combine(folder, name)
        from path in Below(below, fromProject, Ending)
        select new MarkdownPath(Path.GetRelativePath(below, path)[..^Ending.Length].Replace('\\', '/'), path, fromProject);

    // People link what they share between projects; a link that leads above itself would be read again and again.
    private static IEnumerable<string> Linked(string folder) =>
        from path in Directory.EnumerateDirectories(folder)
        where new DirectoryInfo(path).LinkTarget is not null && !Path.GetFileName(path).StartsWith('.')
            && !IsWithin(Project.Canonical(folder), Project.Canonical(path))
        select path;

    private bool IsInside(string folder) => IsWithin(Project.Canonical(folder), Project.Canonical(project.Root));

    private static bool IsWithin(string path, string folder) => path == folder || path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
