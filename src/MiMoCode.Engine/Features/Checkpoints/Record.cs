namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// The conversation as statements, to hold a remembered line against: is there anything that says so, and was the same thing said
/// later, differently?
/// </summary>
internal sealed class Record
{
    private const double SameSubject = 0.6;
    private const double AlmostSame = 0.7;
    private const double SureSubject = 0.65;
    private const int Known = 3;
    private const int MostChanged = 2;
    private const int MostRevisions = 3;
    private const double Supports = 0.34;
    private const int MostWords = 48;
    private const int MostCandidates = 4_000;
    private readonly List<Statement> statements;
    private readonly Dictionary<string, List<int>> byToken = new(StringComparer.Ordinal);

    public Record(List<Statement> statements)
    {
        this.statements = statements;
        for (var at = 0; at < statements.Count; at++)
        {
            foreach (var token in statements[at].Words.Concat(statements[at].Values))
            {
                if (!byToken.TryGetValue(token, out var places))
                    byToken.Add(token, places = []);
                places.Add(at);
            }
        }
    }

    /// <summary>The newest statement that has every exact value of the line and speaks of the same; null when nothing does.</summary>
    public Statement? Evidence(Statement line)
    {
        Statement? best = null;
        var total = line.Words.Sum(Weight);
        foreach (var at in Candidates(line))
        {
            var statement = statements[at];
            if (line.Values.All(value => Holds(at, value)) && (total is 0 || Shared(line, at) >= Supports * total))
                best = statement.Order > (best?.Order ?? -1) ? statement : best;
        }

        return best;
    }

    /// <summary>
    /// What was said of the same subject after the line, and not the same: the newest of those that speak of it most surely. Null when
    /// the line is up to date as far as the conversation goes.
    /// </summary>
    public Statement? SaidLater(Statement line, long seq, Statement? source)
    {
        var found = SaidFrom(source is null ? FirstAfter(seq) : source.Order + 1, line);
        for (var again = 0; again < MostRevisions && found is not null && SaidFrom(found.Order + 1, found) is { } later && GoesOn(line, found, later); again++)
            found = later;
        return found;
    }

    // A revision of a revision still has what the first one took over from the line, but for a word.
    private bool GoesOn(Statement line, Statement found, Statement later) => IsSame(found, later)
        && line.Words.Count(word => found.Words.Contains(word) && !later.Words.Contains(word)) <= 1;

    private Statement? SaidFrom(int order, Statement line)
    {
        if (line.Words.Count < 2)
            return null;

        Statement? best = null;
        var sureness = 0;
        foreach (var at in Candidates(line, order))
        {
            var other = statements[at];
            if (other.IsQuestion || other.Words.Count > MostWords || !Differs(line, other) || Likeness(line, other) < SameSubject)
                continue;
            var own = Sureness(line, other);
            if (own > sureness || (own == sureness && other.Order > best!.Order))
                (best, sureness) = (other, own);
        }

        return best;
    }

    // A template with another subject in it is like a line, too: what has all of its words counts for more.
    private int Sureness(Statement line, Statement other) => line.Words.IsSubsetOf(other.Words) ? 3 : IsSame(line, other) ? 2 : 1;

    /// <summary>
    /// True when the two speak of the same thing beyond doubt, so that one may take the other's place. What only one of them names,
    /// and others name too, is likely another thing of the same kind.
    /// </summary>
    public bool IsSame(Statement line, Statement later) =>
        Likeness(line, later) >= SureSubject && !line.Words.Any(word => !later.Words.Contains(word) && Count(word) >= Known);

    /// <summary>True when the line is what somebody said or what is remembered with a word changed for another, and nobody said that.</summary>
    public bool IsAltered(Statement line, Record remembered)
    {
        var close = Close(line).Concat(remembered.Close(line)).ToList();
        return close.Count > 0 && !close.Any(other => line.Words.IsSubsetOf(other.Words) || other.Words.IsSubsetOf(line.Words))
            && close.Any(other => IsAlmost(line, other) || line.Words.All(word => other.Words.Contains(word) || Count(word) + remembered.Count(word) > 0));
    }

    /// <summary>What was said in almost the words of the line: the newest; null when nothing was.</summary>
    public Statement? Original(Statement line) => Close(line).Where(other => !other.IsQuestion && IsAlmost(line, other)).MaxBy(other => other.Order);

    private static bool IsAlmost(Statement line, Statement other) =>
        line.Words.Count(word => !other.Words.Contains(word)) <= MostChanged && other.Words.Count(word => !line.Words.Contains(word)) <= MostChanged;

    /// <summary>True when what speaks of the line's subject most closely, here or in what is remembered, gives other values than the line.</summary>
    public bool IsContradicted(Statement line, Record remembered)
    {
        var (own, other) = Closest(line);
        var (ownRemembered, otherRemembered) = remembered.Closest(line);
        other = Math.Max(other, otherRemembered);
        return other >= AlmostSame && other > Math.Max(own, ownRemembered);
    }

    private (double Same, double Other) Closest(Statement line)
    {
        var (same, different) = (0.0, 0.0);
        foreach (var at in Candidates(line))
        {
            var likeness = statements[at].IsQuestion || statements[at].Values.Count is 0 ? 0 : Likeness(line, statements[at]);
            if (line.Values.All(value => Holds(at, value)))
                same = Math.Max(same, likeness);
            else
                different = Math.Max(different, likeness);
        }

        return (same, different);
    }

    private IEnumerable<Statement> Close(Statement line) => Candidates(line).Select(at => statements[at]).Where(other => Likeness(line, other) >= AlmostSame);

    /// <summary>True when the conversation touches what the line is about.</summary>
    public bool Touches(Statement line)
    {
        var total = line.Words.Sum(Weight);
        return total is 0 || Candidates(line).Any(at => SharedWords(line, statements[at]) >= 0.4 * total);
    }

    private static bool Differs(Statement line, Statement other) => line.Values.Count > 0
        ? other.Values.Count > 0 && !other.Values.IsSubsetOf(line.Values) && !line.Values.IsSubsetOf(other.Values)
        : other.Words.Count <= (2 * line.Words.Count) + 6 && !other.Words.IsSubsetOf(line.Words) && !line.Words.IsSubsetOf(other.Words);

    // A value may stand in the line before or after the one that names its subject, as in a table or a log.
    private bool Holds(int at, string value)
    {
        for (var near = Math.Max(0, at - 2); near <= Math.Min(statements.Count - 1, at + 2); near++)
        {
            if (statements[near].Values.Contains(value) || statements[near].Text.Contains(value, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private double Shared(Statement line, int at)
    {
        var shared = 0.0;
        foreach (var word in line.Words)
        {
            for (var near = Math.Max(0, at - 2); near <= Math.Min(statements.Count - 1, at + 2); near++)
            {
                if (statements[near].Words.Contains(word))
                {
                    shared += Weight(word);
                    break;
                }
            }
        }

        return shared;
    }

    private double SharedWords(Statement line, Statement other) => line.Words.Where(other.Words.Contains).Sum(Weight);

    // Every word counts alike here: the rare ones are often just how it was put.
    private static double Likeness(Statement line, Statement other) =>
        line.Words.Count is 0 ? 0 : (double)line.Words.Count(other.Words.Contains) / line.Words.Count;

    private int Count(string word) => byToken.TryGetValue(word, out var places) ? places.Count : 0;

    // A word that nothing else uses says nothing about whether two lines speak of the same, but its absence does not either.
    private double Weight(string word) => 1 / (1 + Math.Log(1 + (byToken.TryGetValue(word, out var places) ? places.Count : 1)));

    // The rarest tokens first: a statement on the same subject shares at least one of them.
    private IEnumerable<int> Candidates(Statement line, int from = 0) => line.Words.Concat(line.Values)
        .Select(token => byToken.GetValueOrDefault(token)).OfType<List<int>>().OrderBy(places => places.Count).Take(6)
        .SelectMany(places => places.Skip(Math.Max(FirstAtLeast(places, from), places.Count - MostCandidates))).Distinct();

    private static int FirstAtLeast(List<int> places, int place) => places.BinarySearch(place) is var at && at < 0 ? ~at : at;

    // Statements come in the order of their messages.
    private int FirstAfter(long seq)
    {
        var (low, high) = (0, statements.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = statements[middle].At.Seq <= seq ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
