namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Cuts the place out of a text where most of the terms stand together.</summary>
internal static class Snippet
{
    private const int Length = 400;
    private const int Lead = 100;
    private const int MostPlaces = 4_000;

    private const int Nearness = 240;

    /// <summary>A question has the words of its answer, but not the answer.</summary>
    private const double Question = 0.6;

    /// <summary>The place as people and models see it, and how much of what is looked for stands close together there: from 0 to 1.</summary>
    public static (string Text, double Near) Of(string text, IReadOnlyList<string> terms)
    {
        var (best, near) = terms.Any(IsJoined) ? Best(Rejoined(text), [.. terms.Select(Rejoined)]) : Best(text, terms);
        return (text.Length <= Length ? text.Trim() : Cut(text, best), near);
    }

    // The index takes a name for its words, however they are joined.
    private static bool IsJoined(string term) => term.AsSpan().ContainsAny('-', '_');

    private static string Rejoined(string text) => text.Replace('_', '-');

    private static string Cut(string text, int best)
    {
        var start = Math.Clamp(best - Lead, 0, text.Length - Length);
        var end = start + Length;
        if (start > 0 && text.IndexOf('\n', start, Lead) is > 0 and var line)
            start = line + 1;
        if (end < text.Length && text.LastIndexOf('\n', end, Length - (2 * Lead)) is > 0 and var last)
            end = last;
        return $"{(start > 0 ? "…" : "")}{text[start..end].Trim()}{(end < text.Length ? "…" : "")}";
    }

    private static (int Place, double Near) Best(string text, IReadOnlyList<string> terms)
    {
        var places = terms.SelectMany(term => Places(text, term)).Order().ToList();
        var (best, most) = (0, 0.0);
        foreach (var place in places)
        {
            var around = text.AsSpan(place, Math.Min(Nearness, text.Length - place));
            var near = 0.0;
            foreach (var term in terms)
                near += around.Contains(term, StringComparison.OrdinalIgnoreCase) ? SearchQuery.Weight(term) : 0;
            near *= IsQuestion(around) ? Question : 1;
            // Of equals the last: what stands further down was said later.
            if (near >= most)
                (best, most) = (place, near);
        }

        return (best, most / terms.Sum(SearchQuery.Weight));
    }

    private static bool IsQuestion(ReadOnlySpan<char> around)
    {
        var end = around.IndexOf('\n');
        return (end < 0 ? around : around[..end]).IndexOfAny('?', '？') >= 0;
    }

    private static IEnumerable<int> Places(string text, string term)
    {
        var from = 0;
        for (var count = 0; count < MostPlaces && text.IndexOf(term, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var place; count++)
        {
            yield return place;
            from = place + term.Length;
        }
    }
}
