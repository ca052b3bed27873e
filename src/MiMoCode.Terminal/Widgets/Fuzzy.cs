namespace MiMoCode.Terminal.Widgets;

/// <summary>Finds by a few letters in order what someone means.</summary>
public static class Fuzzy
{
    private const int NoMatch = 0;

    /// <summary>How well <paramref name="query"/> fits: 0 not at all, more is better. Letters at the beginning of words and in a row
    /// count more; long texts a little less. Case does not matter.</summary>
    public static int Score(string query, string text)
    {
        if (query.Length == 0) return 1;
        int score = 0, from = 0, row = 0;
        foreach (var c in query)
        {
            if (c == ' ') continue;
            var at = text.IndexOf(c.ToString(), from, StringComparison.OrdinalIgnoreCase);
            if (at < 0) return NoMatch;
            row = at == from && from > 0 ? row + 1 : 0;
            score += 10 + 15 * Math.Min(row, 4) + (StartsWord(text, at) ? 20 : 0);
            from = at + 1;
        }

        if (text.Contains(query, StringComparison.OrdinalIgnoreCase)) score += 40;
        if (text.StartsWith(query, StringComparison.OrdinalIgnoreCase)) score += 40;
        return Math.Max(1, score - text.Length / 4);
    }

    /// <summary>The items that fit, best first; equally good ones keep their order.</summary>
    public static List<T> Filter<T>(IEnumerable<T> items, string query, Func<T, string> text) =>
        query.Trim().Length == 0 ? [.. items]
            : [.. items.Select(item => (item, score: Score(query.Trim(), text(item)))).Where(pair => pair.score > NoMatch)
                .OrderByDescending(pair => pair.score).Select(pair => pair.item)];

    private static bool StartsWord(string text, int at) =>
        at == 0 || !char.IsLetterOrDigit(text[at - 1]) || (char.IsUpper(text[at]) && char.IsLower(text[at - 1]));
}
