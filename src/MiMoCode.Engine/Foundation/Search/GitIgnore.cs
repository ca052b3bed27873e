using System.Collections.Immutable;
using System.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>The rules of one ignore file. Its folder is where they count from.</summary>
internal sealed class GitIgnore
{
    private readonly List<Rule> rules = [];

    /// <param name="text">The content of a .gitignore, .git/info/exclude or .ignore file.</param>
    /// <param name="ignoreCase">As core.ignoreCase.</param>
    public GitIgnore(string text, bool ignoreCase = false)
    {
        foreach (var line in text.Split('\n'))
        {
            if (Rule.Parse(line.TrimStart('\uFEFF'), ignoreCase) is { } rule)
                rules.Add(rule);
        }
    }

    public bool IsEmpty => rules.Count == 0;

    /// <summary>True: ignored; false: a negated rule brings it back; null: no rule speaks of it.</summary>
    /// <param name="path">Relative to the folder of the file, with /.</param>
    /// <param name="isFolder">Rules that end in / are for folders only.</param>
    public bool? Judge(string path, bool isFolder)
    {
        path = Bytes(path);
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].Matches(path, isFolder))
                return !rules[i].Negated;
        }

        return null;
    }

    /// <summary>Git compares bytes: ? is one of them, and é two. Each byte as a character of its own.</summary>
    private static string Bytes(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private sealed record Rule(ImmutableArray<WildPath> Patterns, bool Negated, bool FoldersOnly)
    {
        public static Rule? Parse(string line, bool ignoreCase)
        {
            var pattern = TrimEnd(line.EndsWith('\r') ? line[..^1] : line);
            if (pattern.Length == 0 || pattern[0] == '#')
                return null;
            var negated = pattern[0] == '!';
            pattern = negated ? pattern[1..] : pattern;
            var foldersOnly = pattern.EndsWith('/');
            pattern = foldersOnly ? pattern[..^1] : pattern;
            if (pattern.Length == 0 || EndsInEscape(pattern))
                return null;
            // A slash anywhere but at the end ties the rule to the folder of its file.
            pattern = pattern.Contains('/') ? pattern[0] == '/' ? pattern[1..] : pattern : "**/" + pattern;
            return new Rule([.. Readings(Bytes(pattern)).Select(each => new WildPath(each, ignoreCase))], negated, foldersOnly);
        }

        /// <summary>
        /// Git takes the beginning without wildcards off before it looks at the rest. Two stars that are then the first stand for folders
        /// too, which they do not where they follow a name: a**/b is a/b, ax/b, a/x/b and ab.
        /// </summary>
        private static IEnumerable<string> Readings(string pattern)
        {
            var wild = pattern.AsSpan().IndexOfAny("*?[\\");
            var end = wild < 0 ? 0 : pattern.Length - pattern.AsSpan(wild).TrimStart('*').Length;
            if (wild <= 0 || end - wild < 2 || pattern[wild - 1] == '/' || !(end == pattern.Length || pattern[end] == '/' || pattern.AsSpan(end).StartsWith("\\/")))
                return [pattern];
            var (start, rest) = (pattern[..wild], pattern[end..]);
            return [$"{start}*{rest}", $"{start}*/**{rest}", start + (rest.StartsWith('/') ? rest[1..] : rest)];
        }

        public bool Matches(string path, bool isFolder) => (isFolder || !FoldersOnly) && Patterns.Any(pattern => pattern.Matches(path));

        /// <summary>A backslash with nothing behind it makes the pattern match nothing.</summary>
        private static bool EndsInEscape(string pattern) => (pattern.Length - pattern.AsSpan().TrimEnd('\\').Length) % 2 == 1;

        /// <summary>Blanks at the end do not count unless escaped.</summary>
        private static string TrimEnd(string line)
        {
            var end = line.Length;
            while (end > 0 && line[end - 1] == ' ' && !(end > 1 && line[end - 2] == '\\'))
                end--;
            return line[..end];
        }
    }
}
