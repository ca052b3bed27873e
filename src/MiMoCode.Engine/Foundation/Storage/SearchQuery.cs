using System.Collections.Frozen;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What is looked for: words and, between quotation marks, phrases. Marks inside a word stay, as in an address or a path.</summary>
internal sealed class SearchQuery
{
    private const int MostTerms = 16;
    private const int GramLength = 3;

    private static readonly FrozenSet<string> Small = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "a", "an", "the", "of", "to", "in", "on", "at", "for", "from", "by", "with", "and", "or", "is", "are", "was",
        "were", "be", "do", "does", "did", "has", "have", "had", "may", "can", "must", "should", "will", "what", "which", "who", "whom", "when",
        "where", "why", "how", "many", "much", "it", "its", "this", "that", "we", "you", "our", "your", "now", "please");

    private SearchQuery(IReadOnlyList<string> terms) => Terms = terms;

    /// <summary>The terms in their order, each once.</summary>
    public IReadOnlyList<string> Terms { get; }

    public static SearchQuery Parse(string text)
    {
        var terms = new List<string>();
        var quoted = false;
        foreach (var piece in text.Split('"'))
        {
            if (quoted && piece.Trim() is { Length: > 0 } phrase)
                terms.Add(phrase);
            else if (!quoted)
                terms.AddRange(piece.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Bare).Where(word => word.Length > 0));
            quoted = !quoted;
        }

        return new SearchQuery([.. terms.Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTerms)]);
    }

    /// <summary>How much a term says about what is looked for: the small words of a question say little.</summary>
    public static double Weight(string term) => Small.Contains(term) ? 0.1 : 1;

    /// <summary>The term for the word index; null when it holds neither letters nor digits.</summary>
    public static string? Word(string term)
    {
        if (!term.Any(char.IsLetterOrDigit))
            return null;

        // A single ideograph begins a pair, or ends a run.
        var runes = term.EnumerateRunes().ToArray();
        if (runes is [var only] && SearchText.IsIdeograph(only))
            return $"{Quote(term)} *";

        // The last character of a run would have to end the text's run too.
        var words = SearchText.ForWords(term).TrimEnd();
        return Quote(SearchText.IsIdeograph(runes[^1]) && runes.Length > 1 && SearchText.IsIdeograph(runes[^2])
            ? words[..words.LastIndexOf(' ')]
            : words);
    }

    /// <summary>The same for a word in another form: what begins like its stem.</summary>
    public static string? Stem(string term)
    {
        if (term.Length < 5 || !term.All(char.IsAsciiLetter))
            return null;
        var stem = term.EndsWith("ing", StringComparison.OrdinalIgnoreCase) && term.Length > 6 ? term[..^3]
            : term.EndsWith("es", StringComparison.OrdinalIgnoreCase) || term.EndsWith("ed", StringComparison.OrdinalIgnoreCase) ? term[..^2]
            : term.EndsWith('s') || term.EndsWith('e') ? term[..^1]
            : term;
        return $"{Quote(stem)} *";
    }

    /// <summary>
    /// The trigrams of a term, all of which occur where it does; the index keeps no places, so whoever reads the hits looks whether the
    /// term stands there. None when no piece of it is long enough outside of what the word index holds as pairs.
    /// </summary>
    public static IEnumerable<string> Grams(string term) =>
        SearchText.ForPieces(term).Split(' ').SelectMany(GramsOf).Distinct(StringComparer.OrdinalIgnoreCase).Select(Quote);

    private static IEnumerable<string> GramsOf(string word)
    {
        var runes = word.EnumerateRunes().ToArray();
        for (var at = 0; at + GramLength <= runes.Length; at++)
            yield return string.Concat(runes[at..(at + GramLength)]);
    }

    private static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // Marks round a word belong to the sentence; a slash or a dot before it may belong to a path.
    private static string Bare(string word) => word.Trim('(', ')', '[', ']', '{', '}', '<', '>', ',', ';', '?', '!', '\'', '`', '“', '”', '，', '。', '？', '！', '：')
        .TrimEnd('.', ':');
}
