using System.Buffers;
using System.IO.Enumeration;
using MiMoCode.Engine.Foundation.Search;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>How a program shows the content of whole folders: which of their files it opens.</summary>
/// <param name="NamesFolder">It is told where; otherwise it starts in the working folder.</param>
/// <param name="Hidden">Also files whose names begin with a dot, and those in such folders.</param>
/// <param name="Ignored">Also what git ignores.</param>
/// <param name="Only">Names to which it keeps; empty: all.</param>
internal sealed record TreeReading(bool NamesFolder, bool Hidden, bool Ignored, IReadOnlyList<string> Only)
{
    private static readonly SearchValues<char> NotUnderstood = SearchValues.Create("[]\\\"<>");

    /// <summary>Null when the program opens only the files it is given.</summary>
    public static TreeReading? Of(string program, string[] argv)
    {
        var options = argv.Skip(1).TakeWhile(word => word != "--").Where(word => word.StartsWith('-') && word.Length > 1).ToList();
        var operands = argv.Skip(1).Count(word => !word.StartsWith('-'));
        return program switch
        {
            "grep" or "egrep" or "fgrep" or "zgrep" when options.Any(option => IsFlag(option, "rRd") || IsLong(option, "--re", "--de", "--di")) =>
                new TreeReading(operands > 1, Hidden: true, Ignored: true, Included(options)),
            "rgrep" => new TreeReading(operands > 1, Hidden: true, Ignored: true, Included(options)),
            "rg" or "ag" => new TreeReading(
                operands > 1,
                options.Any(option => IsFlag(option, "u.") || IsLong(option, "--hid", "--unr")),
                options.Any(option => IsFlag(option, "ua") || IsLong(option, "--no-i", "--unr")), []),
            "diff" when options.Any(option => IsFlag(option, "r") || IsLong(option, "--recu")) => new TreeReading(true, Hidden: true, Ignored: true, []),
            "git" when options.Any(option => IsLong(option, "--no-index", "--untracked")) => new TreeReading(operands > 2, Hidden: true, Ignored: true, []),
            _ => null,
        };
    }

    /// <summary>The files below a folder that it opens, none of them through a link; in no order, and read from the disk as they are asked for.</summary>
    public IEnumerable<string> FilesBelow(string folder) =>
        TreeFiles.Below(folder, Hidden, Ignored).Where(path => Only.Count == 0 || Only.Any(name => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path.AsSpan()), ignoreCase: false)));

    private static bool IsFlag(string option, string flags) =>
        !option.StartsWith("--", StringComparison.Ordinal) && option.AsSpan(1).IndexOfAny(flags) >= 0;

    private static bool IsLong(string option, params ReadOnlySpan<string> beginnings)
    {
        foreach (var beginning in beginnings)
        {
            if (option.StartsWith(beginning, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>What --include keeps to; a pattern that is not understood keeps to nothing.</summary>
    private static List<string> Included(List<string> options)
    {
        const string Include = "--include=";
        var patterns = options.Where(option => option.StartsWith(Include, StringComparison.Ordinal)).Select(option => option[Include.Length..]).ToList();
        return patterns.Exists(pattern => pattern.AsSpan().ContainsAny(NotUnderstood)) ? [] : patterns;
    }
}
