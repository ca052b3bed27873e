namespace MiMoCode.Engine.Foundation.Search;

/// <summary>
/// A pattern for finding files. * and ? stay within a name, ** crosses folders, [a-z] is a set, {a,b} are alternatives, \ takes the
/// next character as it is. A pattern without / matches names in any folder; one with / counts from the search folder. Names that begin
/// with a dot match like any other.
/// </summary>
internal sealed class GlobPattern
{
    private const int MostAlternatives = 256;

    private readonly WildPath[] alternatives;

    private GlobPattern(WildPath[] alternatives) => this.alternatives = alternatives;

    /// <exception cref="FormatException">Braces are not closed, or give too many alternatives.</exception>
    public static GlobPattern Parse(string pattern, bool ignoreCase = false)
    {
        var expanded = new List<string>();
        Expand(pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern, expanded);
        return new GlobPattern([.. expanded.Select(one => new WildPath(Anchor(one), ignoreCase))]);
    }

    /// <param name="path">Relative to the search folder, with /.</param>
    public bool Matches(string path) => Array.Exists(alternatives, alternative => alternative.Matches(path));

    private static string Anchor(string pattern) => pattern.Contains('/') ? pattern.TrimStart('/') : "**/" + pattern;

    private static void Expand(string pattern, List<string> into)
    {
        var open = FindBrace(pattern);
        if (open < 0)
        {
            if (into.Count >= MostAlternatives)
                throw new FormatException($"The braces of the pattern give more than {MostAlternatives} alternatives. Use a simpler pattern.");
            into.Add(pattern);
            return;
        }

        var (parts, end) = Alternatives(pattern, open);
        foreach (var part in parts)
            Expand(pattern[..open] + part + pattern[(end + 1)..], into);
    }

    private static (List<string> Parts, int End) Alternatives(string pattern, int open)
    {
        var parts = new List<string>();
        var (depth, from) = (0, open + 1);
        for (var i = open; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\')
                i++;
            else if (c == '{')
                depth++;
            else if (depth == 1 && (c is ',' or '}'))
                parts.Add(pattern[from..i]);

            if (c == ',' && depth == 1)
                from = i + 1;
            if (c == '}' && --depth == 0)
                return (parts, i);
        }

        throw new FormatException("A { of the pattern is not closed. Close it, or write \\{ for the character.");
    }

    private static int FindBrace(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
                i++;
            else if (pattern[i] == '{')
                return i;
        }

        return -1;
    }
}
