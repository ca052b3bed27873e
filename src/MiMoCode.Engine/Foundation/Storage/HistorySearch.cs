using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Finds what was said and done: every word and every piece of a word, in any script, newest first among equals. Brings the index up
/// to date before it looks, as far as that goes in a moment, and reads what the index does not hold.
/// </summary>
internal sealed class HistorySearch(Database database, BlobStore blobs, SpilledOutputs spilled, HistoryIndex index)
{
    private const int Newest = 200;
    private const int MostLong = 2_000;
    private const int CountedAtMost = 2_000;
    private const double LeastShare = 0.34;
    private const int MostUnread = 4_000;
    private static readonly TimeSpan LongestScan = TimeSpan.FromMilliseconds(400);

    /// <summary>So long a search waits for the index; what that has not come to is read by the search itself, the newest first.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(600);

    /// <summary>The kinds that may be found at all; null: every kind.</summary>
    public IReadOnlySet<string>? Kinds { get; init; }

    /// <summary>What fits best first: all terms before some of them, then the newest.</summary>
    public async Task<HistoryHits> SearchAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        var unread = await index.DrainAsync(Patience, cancellationToken);
        query = query with { Kinds = Kinds };
        var parsed = SearchQuery.Parse(query.Text);
        return new(parsed.Terms.Count is 0 ? [] : database.Read(connection => Search(connection, query, parsed.Terms, unread > 0, cancellationToken)), unread);
    }

    private ImmutableArray<HistoryHit> Search(
        Connection connection, HistoryQuery query, IReadOnlyList<string> terms, bool isBehind, CancellationToken cancellationToken)
    {
        var found = new Findings(new PartTexts(connection, blobs, spilled), query, terms);
        if (isBehind)
            AddWhole(UnreadParts(connection), terms, found, cancellationToken);
        foreach (var table in (ReadOnlySpan<string>)["doc_word", "doc_gram"])
        {
            if (!found.IsFull && All(table, terms) is { } all)
                found.Add(connection, Match(connection, table, all, query, Newest), 1, isWord: table is "doc_word");
        }

        if (!found.IsFull)
            AddWhole(LongParts(connection, query), terms, found, cancellationToken);
        if (!found.IsFull && terms.Count > 1)
            AddSome(connection, query, terms, found);
        return found.ToHits();
    }

    // What holds the more of the rare terms comes first.
    private static void AddSome(Connection connection, HistoryQuery query, IReadOnlyList<string> terms, Findings found)
    {
        var scores = new Dictionary<long, double>();
        var entries = Math.Max(1, connection.Number("SELECT max(id) FROM doc") ?? 1);
        var total = 0.0;
        foreach (var term in terms)
        {
            var (table, match) = SearchQuery.Stem(term) is { } stem ? ("doc_word", stem)
                : SearchQuery.Word(term) is { } word ? ("doc_word", word)
                : ("doc_gram", SearchQuery.Gram(term));
            if (match is null)
                continue;
            var ids = Match(connection, table, match, query, CountedAtMost);
            var weight = Math.Log(1 + (entries / (1.0 + (ids.Count < CountedAtMost ? ids.Count : entries / 2))));
            total += ids.Count is 0 ? 0 : weight;
            foreach (var id in ids)
                scores[id] = scores.GetValueOrDefault(id) + weight;
        }

        var best = scores.Where(score => score.Value >= total * LeastShare)
            .OrderByDescending(score => score.Value).ThenByDescending(score => score.Key).Take(Newest);
        foreach (var (id, score) in best)
        {
            if (found.IsFull)
                break;
            found.Add(connection, [id], score / total * 0.99);
        }
    }

    private static void AddWhole(List<long> parts, IReadOnlyList<string> terms, Findings found, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        foreach (var part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (found.IsFull || TimeProvider.System.GetElapsedTime(since) > LongestScan)
                break;
            found.AddWhole(part, text => terms.All(term => text.Contains(term, StringComparison.OrdinalIgnoreCase)));
        }
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

    private static string? All(string table, IReadOnlyList<string> terms)
    {
        var matches = terms.Select(term => table is "doc_word" ? SearchQuery.Word(term) : SearchQuery.Gram(term)).ToList();
        return matches.Contains(null) ? null : string.Join(" AND ", matches);
    }

    private static List<long> Match(Connection connection, string table, string match, HistoryQuery query, int most)
    {
        var scope = query.RootId ?? query.ProjectId;
        var full = scope is null ? $"body : ({match})" : $"scope : \"{SearchText.Code(scope)}\" AND body : ({match})";
        var ids = new List<long>();
        using var rows = connection.Query($"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rowid DESC LIMIT ?", full, (long)most);
        while (rows.Next())
            ids.Add(rows.Number(0));
        return ids;
    }
}

/// <summary>What was found; Unread: so many events the index has not come to yet, of which only the newest were looked at.</summary>
internal sealed record HistoryHits(ImmutableArray<HistoryHit> Hits, long Unread);

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
