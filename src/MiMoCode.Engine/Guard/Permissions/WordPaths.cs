namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>The paths that a single word of a command may hold. Sure: the word is written as a path; otherwise a part of it may be one.</summary>
internal static class WordPaths
{
    private const int LongestPath = 4096, LongestCluster = 4;

    public static IEnumerable<(string Path, bool IsSure)> OfOperand(string program, string word)
    {
        if (OfUrl(word) is { } file)
            return [(file, true)];
        return IsPath(word) ? [(word, true), .. Within(program, word).Where(IsPath).Select(part => (part, false))] : [];
    }

    /// <summary>The path in --option=path, -Ipath or -abIpath.</summary>
    public static IEnumerable<(string Path, bool IsSure)> OfOption(string program, string option)
    {
        var equals = option.IndexOf('=');
        if (equals >= 0)
            return OfOperand(program, option[(equals + 1)..]);
        if (option.StartsWith("--", StringComparison.Ordinal) || option.Length <= 2)
            return [];

        // Up to two letters of options stand before an absolute path or one that begins with a dot; more of them are the path's own.
        var special = option.AsSpan().IndexOfAny("/.~");
        return special switch
        {
            2 => OfOperand(program, option[2..]),
            3 => OfOperand(program, option[3..]).Concat(OfOperand(program, option[2..]).Select(found => (found.Path, false))),
            _ => Suffixes(option).Where(path => path[0] is not '/').SelectMany(path => OfOperand(program, path)).Select(found => (found.Path, false)),
        };
    }

    private static IEnumerable<string> Suffixes(string option) =>
        Enumerable.Range(2, Math.Min(LongestCluster, option.Length - 2)).Select(start => option[start..]);

    /// <summary>What stands behind name=, behind @ as programs that read a list or a body from a file have it, and behind revision: of git.</summary>
    private static IEnumerable<string> Within(string program, string word)
    {
        var equals = word.IndexOf('=');
        if (equals > 0)
            yield return word[(equals + 1)..];
        if (word.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
            yield return word[(at + 1)..];
        if (program == "git" && word.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon)
            yield return word[(colon + 1)..];
    }

    /// <summary>The file of a file: address; null for anything else.</summary>
    private static string? OfUrl(string word) =>
        word.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(word, UriKind.Absolute, out var address) ? address.LocalPath : null;

    private static bool IsPath(string word) =>
        word.Length is > 0 and <= LongestPath && word is not "-" && !word.Contains("://", StringComparison.Ordinal) && !word.Contains('\n');
}
