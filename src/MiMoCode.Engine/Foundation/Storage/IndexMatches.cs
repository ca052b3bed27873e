namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The entries that match, for one search, the newest first. Whoever lays lists side by side pays for the long ones, so those that hold
/// nearly everything are left out: whoever takes an entry looks whether it fits.
/// </summary>
internal sealed class IndexMatches(Connection connection, HistoryQuery query, TimeSpan longest)
{
    private const int FirstPage = 128, PageGrowth = 4, Probes = 4, PerProbe = 16, MostProbed = 24, MostGrams = 3;
    private const double Everywhere = 0.2, Common = 0.02, FewEnough = 20;

    private readonly long since = TimeProvider.System.GetTimestamp();
    private readonly long newest = connection.Number("SELECT max(id) FROM doc") ?? 0;
    private string? scope;

    /// <summary>How many entries there are, about.</summary>
    public long Entries => Math.Max(1, newest);

    /// <summary>True when the time was over before the oldest entries were looked at.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The newest entries in their order, at most so many; for what is one list and need not be searched through.</summary>
    public List<long> Newest(string table, string match, int most) => Read(table, Scoped(match), newest, most);

    /// <summary>The entries in their order, as far as they are taken.</summary>
    /// <param name="table">The index.</param>
    /// <param name="match">What is to match.</param>
    /// <param name="most">More than so many are not given, and the older ones count as cut off.</param>
    public IEnumerable<long> Find(string table, string match, int most = int.MaxValue)
    {
        // A bound from below would not shorten the way: the index looks at it only where all lists meet.
        var (full, given, high) = (Scoped(match), 0, newest);
        for (long size = FirstPage; high > 0; size *= PageGrowth)
        {
            var page = Read(table, full, high, size);
            foreach (var id in page)
            {
                if (IsCut |= given++ == most)
                    yield break;
                yield return id;
            }

            high = page.Count == size ? page[^1] - 1 : 0;
            if (high > 0 && (IsCut |= TimeProvider.System.GetElapsedTime(since) > longest))
                yield break;
        }
    }

    /// <summary>True when so many entries hold a word that it says little.</summary>
    public bool IsCommon(string word) => Share("doc_word", $"body : ({word})", newest) > Common;

    /// <summary>What finds a text that holds all of these trigrams, and maybe others: the rarest of them; null when there are none.</summary>
    public string? Rarest(IReadOnlyList<string> grams)
    {
        if (grams.Count is 0)
            return null;
        var count = Math.Min(grams.Count, MostProbed);
        var (chosen, expected) = (new List<string>(), (double)Entries);
        foreach (var (gram, share) in Enumerable.Range(0, count).Select(at => grams[at * grams.Count / count])
            .Select(gram => (Gram: gram, Share: Share("doc_gram", $"body : {gram}", newest))).OrderBy(each => each.Share))
        {
            if (chosen.Count == MostGrams || (chosen.Count > 0 && expected < FewEnough))
                break;
            chosen.Add(gram);
            expected *= share;
        }

        return string.Join(" AND ", chosen);
    }

    private string Scoped(string match) => $"{scope ??= Scope()}body : ({match})";

    private string Scope()
    {
        if ((query.RootId ?? query.ProjectId) is not { } id)
            return "";
        var match = $"scope : \"{SearchText.Code(id)}\"";
        var share = Enumerable.Range(1, Probes).Average(part => Share("doc_word", match, newest * part / Probes));
        return share > Everywhere ? "" : match + " AND ";
    }

    /// <summary>How many of the entries that end at one match, judged by the last few that do.</summary>
    private double Share(string table, string match, long high)
    {
        var found = Read(table, match, high, PerProbe);
        return found.Count / (double)Math.Max(1, high - (found.Count < PerProbe ? 0 : found[^1] - 1));
    }

    private List<long> Read(string table, string match, long upTo, long most)
    {
        var ids = new List<long>();
        using var rows = connection.Query(
            $"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?", match, upTo, most);
        while (rows.Next())
            ids.Add(rows.Number(0));
        return ids;
    }
}
