using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Collects the hits of one search, each place once, and cuts their snippets.</summary>
internal sealed class Findings(PartTexts texts, HistoryQuery query, IReadOnlyList<string> terms)
{
    private readonly List<HistoryHit> hits = [];
    private readonly HashSet<(long Part, string Kind)> seen = [];

    /// <summary>How many places are looked at for each that is shown: those where the terms stand together are wanted.</summary>
    private const int PerHit = 6;

    /// <summary>True when nothing more is needed.</summary>
    public bool IsFull => hits.Count >= query.Limit * PerHit;

    /// <summary>True when there is as much as is shown.</summary>
    public bool IsEnough => hits.Count >= query.Limit;

    /// <summary>True while nothing was found.</summary>
    public bool IsEmpty => hits.Count is 0;

    /// <summary>Adds entries of the index, in their order; those that were found by pieces only if they hold the terms.</summary>
    public void Add(Connection connection, IEnumerable<long> ids, double score, bool isWord = true)
    {
        foreach (var id in ids)
        {
            if (Find(connection, id) is { } entry && !seen.Contains(entry) && texts.Read(entry.Part) is { } part && Fits(part, entry.Kind)
                && part.TextOf(entry.Kind) is var text && (isWord || terms.All(term => text.Contains(term, StringComparison.OrdinalIgnoreCase))))
                Add(part, entry.Kind, text, score);
            if (IsFull)
                return;
        }
    }

    /// <summary>Adds a part whose whole text fits.</summary>
    public void AddWhole(long seq, Func<string, bool> fits)
    {
        if (texts.Read(seq) is not { } part)
            return;
        foreach (var (kind, text) in part.Texts)
        {
            if (Fits(part, kind) && fits(text))
                Add(part, kind, text, 1);
        }
    }

    /// <summary>The best first. What fits about as well as another and was said later comes before it.</summary>
    public ImmutableArray<HistoryHit> ToHits() =>
        [.. hits.OrderByDescending(hit => Math.Round(hit.Score, 1)).ThenByDescending(hit => hit.Part).Take(query.Limit)];

    private void Add(PartText part, string kind, string text, double score)
    {
        if (!seen.Add((part.Seq, kind)))
            return;
        var (snippet, near) = Snippet.Of(text, terms);
        hits.Add(new HistoryHit(
            part.Seq, kind, part.Tool, part.SessionId, part.SessionTitle, part.MessageId, part.Time, snippet, score * near));
    }

    private bool Fits(PartText part, string kind) =>
        (query.RootId is null || part.RootId == query.RootId)
        && (query.ProjectId is null || part.ProjectId == query.ProjectId)
        && (query.Kind is null || query.Kind == kind)
        && (query.Kinds is null || query.Kinds.Contains(kind))
        && (query.Tool is null || query.Tool == part.Tool)
        && (query.After is null || part.Time >= query.After)
        && (query.Before is null || part.Time <= query.Before);

    // What is no hit for what its row says is never read.
    private (long Part, string Kind)? Find(Connection connection, long id)
    {
        using var rows = connection.Query(
            """
            SELECT doc.part_seq, doc.kind FROM doc JOIN session ON session.id = doc.session_id
            WHERE doc.id = ?1 AND (?2 IS NULL OR session.root_id = ?2) AND (?3 IS NULL OR session.project_id = ?3)
              AND (?4 IS NULL OR doc.kind = ?4) AND (?5 IS NULL OR doc.tool = ?5)
            """,
            id, query.RootId, query.ProjectId, query.Kind, query.Tool);
        return rows.Next() ? (rows.Number(0), rows.Text(1)) : null;
    }
}
