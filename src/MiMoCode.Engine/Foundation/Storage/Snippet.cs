namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Cuts the place out of a text where most of the terms stand together.</summary>
internal static class Snippet
{
    private const int Length = 400;
    private const int Lead = 100;
    private const int MostPlaces = 64;

    public static string Of(string text, IReadOnlyList<string> terms)
    {
        if (text.Length <= Length)
            return text.Trim();

        var start = Math.Clamp(Best(text, terms) - Lead, 0, text.Length - Length);
        var end = start + Length;
        if (start > 0 && text.IndexOf('\n', start, Lead) is > 0 and var line)
            start = line + 1;
        if (end < text.Length && text.LastIndexOf('\n', end, Length - (2 * Lead)) is > 0 and var last)
            end = last;
        return $"{(start > 0 ? "…" : "")}{text[start..end].Trim()}{(end < text.Length ? "…" : "")}";
    }

    private static int Best(string text, IReadOnlyList<string> terms)
    {
        var places = terms.SelectMany(term => Places(text, term)).Order().ToList();
        var (best, most) = (0, 0);
        foreach (var place in places)
        {
            var near = terms.Count(term => text.AsSpan(place, Math.Min(Length - Lead, text.Length - place)).Contains(term, StringComparison.OrdinalIgnoreCase));
            if (near > most)
                (best, most) = (place, near);
        }

        return best;
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
