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
        for (var i = rules.Count - 1; i >= 0; i--)
        {
            if (rules[i].Matches(path, isFolder))
                return !rules[i].Negated;
        }

        return null;
    }

    private sealed record Rule(WildPath Pattern, bool Negated, bool FoldersOnly)
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
            if (pattern.Length == 0)
                return null;
            // A slash anywhere but at the end ties the rule to the folder of its file.
            pattern = pattern.Contains('/') ? pattern[0] == '/' ? pattern[1..] : pattern : "**/" + pattern;
            return new Rule(new WildPath(pattern, ignoreCase), negated, foldersOnly);
        }

        public bool Matches(string path, bool isFolder) => (isFolder || !FoldersOnly) && Pattern.Matches(path);

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
