using System.Collections.Immutable;
using System.Globalization;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Finds what was said and done: every word, and every piece of a word where whole words find too little, in any script, newest first
/// among equals. Brings the index up to date before it looks, as far as that goes in a moment, and reads what the index does not hold.
/// </summary>
internal sealed class HistorySearch(Database database, BlobStore blobs, SpilledOutputs spilled, HistoryIndex index)
{
    private const int MostLong = 2_000;
    private const int CountedAtMost = 2_000;
    private const double LeastShare = 0.34;
    private const int MostOfSome = 200;
    private const int MostPieces = 200;
    private const int MostUnread = 4_000;
    private static readonly TimeSpan LongestScan = TimeSpan.FromMilliseconds(400);

    /// <summary>So long a search waits for the index; what that has not come to is read by the search itself, the newest first.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>So long a search looks through the indexes; what is older than what it came to by then is not found, and it says so.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The kinds that may be found at all; null: every kind.</summary>
    public IReadOnlySet<string>? Kinds { get; init; }

    /// <summary>What fits best first: all terms before some of them, then the newest.</summary>
    public async Task<HistoryHits> SearchAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        var unread = await index.DrainAsync(Patience, cancellationToken);
        query = query with { Kinds = Kinds };
        var parsed = SearchQuery.Parse(query.Text);
        return parsed.Terms.Count is 0
            ? new([], unread)
            : database.Read(connection => Search(connection, query, parsed.Terms, unread, cancellationToken));
    }

    private HistoryHits Search(
        Connection connection, HistoryQuery query, IReadOnlyList<string> terms, long unread, CancellationToken cancellationToken)
    {
        var found = new Findings(new PartTexts(connection, blobs, spilled), query, terms);
        var index = new IndexMatches(connection, query, Longest);
        if (unread > 0)
            AddWhole(UnreadParts(connection), terms, found, cancellationToken);
        if (!found.IsFull && Words(terms) is { } words)
            found.Add(connection, index.Find("doc_word", words), 1);
        if (!found.IsEnough && index.Rarest([.. terms.SelectMany(SearchQuery.Grams)]) is { } grams)
            found.Add(connection, index.Find("doc_gram", grams, found.IsEmpty && terms.Count is 1 ? int.MaxValue : MostPieces), 1, isWord: false);
        var isCut = !found.IsEnough && !AddWhole(LongParts(connection, query), terms, found, cancellationToken);
        if (!found.IsFull && terms.Count > 1)
            AddSome(connection, index, terms, found);
        return new(found.ToHits(), unread, isCut || index.IsCut);
    }

    // What holds the more of the rare terms comes first.
    private static void AddSome(Connection connection, IndexMatches index, IReadOnlyList<string> terms, Findings found)
    {
        var scores = new Dictionary<long, double>();
        var total = 0.0;
        foreach (var term in terms)
            total += Score(index, term, scores);

        var best = scores.Where(score => score.Value >= total * LeastShare)
            .OrderByDescending(score => score.Value).ThenByDescending(score => score.Key).Take(MostOfSome);
        foreach (var (id, score) in best)
        {
            if (found.IsFull)
                break;
            found.Add(connection, [id], score / total * 0.99);
        }
    }

    // How much the term says; a word in another form says less where it is the commoner one.
    private static double Score(IndexMatches index, string term, Dictionary<long, double> scores)
    {
        if (SearchQuery.Word(term) is not { } word)
            return index.Rarest([.. SearchQuery.Grams(term)]) is { } grams ? Add("doc_gram", grams, 0) : 0;
        // Whatever begins with a stem is brought together before the first entry is told.
        var inAnyForm = SearchQuery.Stem(term) is { } stem && !index.IsCommon(word) ? Add("doc_word", stem, 0) : 0;
        return Math.Max(inAnyForm, Add("doc_word", word, inAnyForm));

        double Add(string table, string match, double already)
        {
            var ids = index.Newest(table, match, CountedAtMost);
            var rarity = Math.Log(1 + (index.Entries / (1.0 + (ids.Count < CountedAtMost ? ids.Count : index.Entries / 2))));
            var weight = ids.Count is 0 ? 0 : SearchQuery.Weight(term) * rarity;
            if (weight > already)
            {
                foreach (var id in ids)
                    scores[id] = scores.GetValueOrDefault(id) + weight - already;
            }

            return weight;
        }
    }

    /// <summary>False when the time was over before all of them were looked at.</summary>
    private static bool AddWhole(List<long> parts, IReadOnlyList<string> terms, Findings found, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TimeProvider.System.GetElapsedTime(since) > LongestScan)
                return false;
            found.AddWhole(part, text => terms.All(term => text.Contains(term, StringComparison.OrdinalIgnoreCase)));
            if (found.IsFull)
                break;
        }

        return true;
    }

    // The newest that the index has not come to yet are those that are most likely looked for.
    private static List<long> UnreadParts(Connection connection)
    {
        var parts = new List<long>();
        using var rows = connection.Query("SELECT seq FROM part WHERE seq > ? ORDER BY seq DESC LIMIT ?", HistoryIndex.Last(connection), (long)MostUnread);
        while (rows.Next())
            parts.Add(rows.Number(0));
        return parts;
    }

    private static List<long> LongParts(Connection connection, HistoryQuery query)
    {
        var parts = new List<long>();
        using var rows = connection.Query(
            """
            SELECT doc.part_seq FROM doc JOIN session ON session.id = doc.session_id
            WHERE doc.kind = 'long' AND (?1 IS NULL OR session.root_id = ?1) AND (?2 IS NULL OR session.project_id = ?2)
            ORDER BY doc.part_seq DESC LIMIT ?3
            """,
            query.RootId, query.ProjectId, MostLong);
        while (rows.Next())
            parts.Add(rows.Number(0));
        return parts;
    }

    private static string? Words(IReadOnlyList<string> terms)
    {
        var matches = terms.Select(SearchQuery.Word).ToList();
        return matches.Contains(null) ? null : string.Join(" AND ", matches);
    }
}

/// <summary>
/// What was found. Unread: so many events the index has not come to yet, of which only the newest were looked at. IsCut: the time was over
/// before the oldest entries were looked at.
/// </summary>
internal sealed record HistoryHits(ImmutableArray<HistoryHit> Hits, long Unread, bool IsCut = false)
{
    /// <summary>Why there may be more, for whoever reads the hits.</summary>
    public IEnumerable<string> Notices()
    {
        if (Unread > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"The search index is {Unread} events behind and catching up: search again in a moment for more.");
        if (IsCut)
            yield return "So many entries hold pieces of this that only the newest were looked through: add a rarer word, or choose a narrower scope.";
    }
}

/// <summary>What is looked for and where; both ids null: in all projects.</summary>
internal sealed record HistoryQuery(string Text, string? RootId, string? ProjectId, int Limit = 10)
{
    /// <summary>Only what a tool of this name was asked or answered.</summary>
    public string? Tool { get; init; }

    /// <summary>Only of one kind: user, assistant, input, output, error.</summary>
    public string? Kind { get; init; }

    /// <summary>Only of these kinds; null: every kind.</summary>
    public IReadOnlySet<string>? Kinds { get; init; }

    public DateTimeOffset? After { get; init; }

    public DateTimeOffset? Before { get; init; }
}

/// <summary>A place in the history. Part is the number by which the whole can be read.</summary>
internal sealed record HistoryHit(
    long Part, string Kind, string? Tool, string SessionId, string SessionTitle, string MessageId, DateTimeOffset Time, string Snippet, double Score);
