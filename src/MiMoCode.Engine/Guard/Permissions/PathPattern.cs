using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>What the shell makes of *, ?, [abc] and {a,b} in a path; rather a file too many than one too few.</summary>
internal static partial class PathPattern
{
    private const int MostFiles = 1000;

    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny("*?[{") >= 0;

    /// <summary>Whether braces choose between folders, which is not followed here.</summary>
    public static bool HidesFolders(string path) => FolderAlternatives().IsMatch(path);

    /// <summary>Existing files that an absolute pattern may stand for, at most a thousand.</summary>
    public static IEnumerable<string> FilesOf(string pattern)
    {
        var parts = Alternatives().Replace(pattern, "{}").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Aggregate<string, IEnumerable<string>>(["/"], (folders, part) => folders.SelectMany(folder => Step(folder, part)).Take(MostFiles));
    }

    private static IEnumerable<string> Step(string folder, string part)
    {
        if (!IsPattern(part))
            return Path.Combine(folder, part) is var next && Path.Exists(next) ? [next] : [];
        // A name with a dot in front needs one in the pattern; braces may bring it along.
        var isOpen = part[0] is '.' or '{';
        var simple = Set().Replace(part, "?").Replace("{}", "*", StringComparison.Ordinal);
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder)
                .Where(path => Path.GetFileName(path) is var name && (isOpen || name[0] != '.') && FileSystemName.MatchesSimpleExpression(simple, name, ignoreCase: false))
                .Take(MostFiles)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    [GeneratedRegex(@"\{[^}]*(/|\.\.|\{)")]
    private static partial Regex FolderAlternatives();

    [GeneratedRegex(@"\{[^{}/]*\}")]
    private static partial Regex Alternatives();

    [GeneratedRegex(@"\[[^\]/]+\]")]
    private static partial Regex Set();
}
