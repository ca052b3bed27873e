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
    private const int MostTokens = 6;
    private const int FewWords = 12;
    private const int LikeAnother = 2;
    private const int LeastShared = 3;
    private readonly List<Statement> statements;
    private readonly Vocabulary vocabulary;

    // Where each token stands: the places of all, one after the other, and where those of a token begin.
    private readonly int[] places;
    private readonly int[] begins;
    private readonly int[] lookedAt;
    private int look;

    public Record(List<Statement> statements, Vocabulary vocabulary)
    {
        (this.statements, this.vocabulary) = (statements, vocabulary);
        (begins, lookedAt) = (new int[vocabulary.Count + 1], new int[statements.Count]);
        foreach (var statement in statements)
        {
            AddUp(statement.Words);
            AddUp(statement.Values);
        }

        for (var token = 1; token < begins.Length; token++)
            begins[token] += begins[token - 1];
        places = new int[begins[^1]];
        var filled = new int[vocabulary.Count];
        for (var at = 0; at < statements.Count; at++)
        {
            Place(statements[at].Words, at);
            Place(statements[at].Values, at);
        }

        void AddUp(TokenSet tokens)
        {
            foreach (var token in tokens)
                begins[token + 1]++;
        }

        void Place(TokenSet tokens, int at)
        {
            foreach (var token in tokens)
                places[begins[token] + filled[token]++] = at;
        }
    }

    /// <summary>
    /// The newest statement that has every exact value of the line and speaks of the same, and no more than that if there is one; null
    /// when nothing does.
    /// </summary>
    public Statement? Evidence(Statement line)
    {
        var (best, exceeding) = ((Statement?)null, (Statement?)null);
        var total = Weight(line.Words);
        foreach (var at in Candidates(line))
        {
            var statement = statements[at];
            if (statement.Order <= (best?.Order ?? -1) || (total > 0 && Shared(line, at) < Supports * total) || !HoldsAll(at, line))
                continue;
            if (Exceeds(line, statement))
                exceeding = statement.Order > (exceeding?.Order ?? -1) ? statement : exceeding;
            else
                best = statement;
        }

        return best ?? exceeding;
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
        && Missing(line.Words, later.Words, word => found.Words.Contains(word)) <= 1;

    private Statement? SaidFrom(int order, Statement line)
    {
        if (line.Words.Count < 2)
            return null;

        Statement? best = null;
        var sureness = 0;
        foreach (var at in Candidates(line, order))
        {
            var other = statements[at];
            if (other.IsQuestion || other.Words.Count > MostWords)
                continue;
            var own = Sureness(line, other);
            if (own > sureness || (own == sureness && own > 0 && other.Order > best!.Order))
                (best, sureness) = (other, own);
        }

        return best;
    }

    /// <summary>The newest statement, from a place on, that puts a new value in few words to what the line speaks of; null when there is none.</summary>
    public Statement? SaidShortly(Statement line, int from) =>
        Candidates(line, from).Select(at => statements[at]).Where(other => !other.IsQuestion && !IsOfAnother(line, other) && IsShort(line, other)).MaxBy(other => other.Order);

    /// <summary>True when the other is put as the line is, but as likely of another thing of its kind.</summary>
    public bool MayBeOfAnother(Statement line, Statement other) => Sureness(line, other) is LikeAnother;

    // A template with another subject in it is like a line, too: what has all of its words counts for more. Least counts what merely
    // puts a new value, in few words, to what the line spoke of at length.
    private int Sureness(Statement line, Statement other)
    {
        if (IsOfAnother(line, other))
            return 0;
        if (Likeness(line, other) >= SameSubject && SharesMoreThanNames(line, other) > 0 && (Differs(line, other) || Exceeds(line, other)))
            return line.Words.IsSubsetOf(other.Reach) ? 4 : IsSame(line, other) ? 3 : LikeAnother;
        return IsShort(line, other) ? 1 : 0;
    }

    // The share of the words beside the names that the other has too: what is said of a thing, and not which thing.
    private static double SharesMoreThanNames(Statement line, Statement other) => line.Words.Count - line.Names.Count is var more && more <= 0 ? 1
        : (double)(line.Words.CountIn(other.Reach) - line.Names.CountIn(other.Reach)) / more;

    // Both name things or settings, and none of them is the same.
    private bool IsOfAnother(Statement line, Statement other) =>
        (line.Names.Count > 0 && other.Names.Count > 0 && line.Names.CountIn(other.Reach) is 0)
        || (line.Values.Count > 0 && HasKey(line) && HasKey(other) && Missing(line.Values, other.Values, vocabulary.IsKey) == KeysOf(line));

    private bool HasKey(Statement statement) => KeysOf(statement) > 0;

    private int KeysOf(Statement statement)
    {
        var keys = 0;
        foreach (var value in statement.Values)
            keys += vocabulary.IsKey(value) ? 1 : 0;
        return keys;
    }

    // The name of a thing says more than another word, and what the user says of it is news in any case.
    private bool IsShort(Statement line, Statement other)
    {
        if (other.Words.Count > FewWords || !Differs(line, other))
            return false;
        var (shared, names) = (line.Words.CountIn(other.Reach), line.Names.CountIn(other.Reach));
        return line.Values.Count is 0 ? other.At.ByUser && names > 0 && shared > names
            : shared + names >= LeastShared && shared >= SameSubject * other.Words.Count && HasAnother(line.Values, line.Values, other.Values);
    }

    /// <summary>
    /// True when the other has all that the line has and one thing more that could stand in the place of something in the line, as when
    /// both the old and the new are named.
    /// </summary>
    private bool Exceeds(Statement line, Statement other) => line.Values.IsSubsetOf(other.Values) && line.Names.IsSubsetOf(other.Names)
        && (HasAnother(line.Values, line.Values, other.Values) || HasAnother(line.Names, line.Names, other.Names));

    // One of these looks like one of the first and is none of the second.
    private bool HasAnother(TokenSet looks, TokenSet known, TokenSet others)
    {
        foreach (var other in others)
        {
            if (known.Contains(other))
                continue;
            foreach (var own in looks)
            {
                if (vocabulary.LooksLike(own, other))
                    return true;
            }
        }

        return false;
    }

    /// <summary>
    /// True when the two speak of the same thing beyond doubt, so that one may take the other's place. What only one of them names,
    /// and others name too, is likely another thing of the same kind.
    /// </summary>
    public bool IsSame(Statement line, Statement later) =>
        Likeness(line, later) >= SureSubject && SharesMoreThanNames(line, later) >= SameSubject && Missing(line.Words, later.Reach, word => Count(word) >= Known) is 0;

    /// <summary>True when the line is what somebody said or what is remembered with a word changed for another, and nobody said that.</summary>
    public bool IsAltered(Statement line, Record remembered)
    {
        var close = Close(line).Concat(remembered.Close(line)).ToList();
        return close.Count > 0 && !close.Any(other => line.Words.IsSubsetOf(other.Words) || other.Words.IsSubsetOf(line.Words))
            && close.Any(other => IsAlmost(line, other) || Missing(line.Words, other.Words, word => Count(word) + remembered.Count(word) is 0) is 0);
    }

    /// <summary>What was said in almost the words of the line: the newest; null when nothing was.</summary>
    public Statement? Original(Statement line) => Close(line).Where(other => !other.IsQuestion && IsAlmost(line, other)).MaxBy(other => other.Order);

    private static bool IsAlmost(Statement line, Statement other) =>
        line.Words.CountIn(other.Words) >= Math.Max(line.Words.Count, other.Words.Count) - MostChanged;

    /// <summary>True when what speaks of the line's subject most closely, here or in what is remembered, gives other values than the line.</summary>
    public bool IsContradicted(Statement line, Record remembered)
    {
        var (own, other) = Closest(line);
        var (ownRemembered, otherRemembered) = remembered.Closest(line);
        other = Math.Max(other, otherRemembered);
        return other >= AlmostSame && other > Math.Max(own, ownRemembered);
    }

    /// <summary>
    /// True when something said of the same, in all words of the line, names another thing of the kind that the line names, and nothing
    /// said or remembered names the things of the line together.
    /// </summary>
    public bool IsMixedUp(Statement line, Record remembered)
    {
        var exact = line.Values.Union(line.Names);
        if (exact.Count < 2)
            return false;
        var (own, other) = Together(line, exact);
        var (ownRemembered, otherRemembered) = remembered.Together(line, exact);
        return (other || otherRemembered) && !own && !ownRemembered;
    }

    private (bool Own, bool Other) Together(Statement line, TokenSet exact)
    {
        var (own, other) = (false, false);
        foreach (var at in Candidates(line))
        {
            var statement = statements[at];
            var there = statement.Values.Union(statement.Names);
            var shared = exact.CountIn(there);
            own |= shared == exact.Count;
            if (!own && !other && shared == exact.Count - 1 && !statement.IsQuestion)
                other = HasInPlace(line, exact, statement, there);
        }

        return (own, other);
    }

    private bool HasInPlace(Statement line, TokenSet exact, Statement statement, TokenSet there)
    {
        foreach (var missing in exact)
        {
            if (!there.Contains(missing))
            {
                return HasAnother(new TokenSet([missing]), exact, there)
                    && Missing(line.Words, statement.Reach, word => !vocabulary.TextOf(missing).Contains(vocabulary.TextOf(word), StringComparison.OrdinalIgnoreCase)) is 0;
            }
        }

        return false;
    }

    private (double Same, double Other) Closest(Statement line)
    {
        var (same, different) = (0.0, 0.0);
        foreach (var at in Candidates(line))
        {
            var likeness = statements[at].IsQuestion || statements[at].Values.Count is 0 ? 0 : Likeness(line, statements[at]);
            if (HoldsAll(at, line))
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
        var total = Weight(line.Words);
        return total is 0 || Candidates(line).Any(at => SharedWords(line, statements[at]) >= 0.4 * total);
    }

    private static bool Differs(Statement line, Statement other) => line.Values.Count > 0
        ? other.Values.Count > 0 && !other.Values.IsSubsetOf(line.Values) && !line.Values.IsSubsetOf(other.Values)
        : other.Words.Count <= (2 * line.Words.Count) + 6 && !other.Words.IsSubsetOf(line.Words) && !line.Words.IsSubsetOf(other.Words);

    // A value may stand in the line before or after the one that names its subject, as in a table or a log.
    private (int First, int Last) Near(int at) => (Math.Max(0, at - 2), Math.Min(statements.Count - 1, at + 2));

    private bool HoldsAll(int at, Statement line)
    {
        foreach (var value in line.Values)
        {
            if (!Holds(at, value))
                return false;
        }

        return true;
    }

    private bool Holds(int at, int value)
    {
        var (first, last) = Near(at);
        for (var near = first; near <= last; near++)
        {
            if (statements[near].Values.Contains(value))
                return true;
        }

        for (var near = first; near <= last; near++)
        {
            if (HoldsText(statements[near].Span, vocabulary.TextOf(value)))
                return true;
        }

        return false;
    }

    // What the framework has for this looks up every letter when it knows no cultures.
    private static bool HoldsText(ReadOnlySpan<char> text, string value)
    {
        var (lower, upper) = (char.ToLowerInvariant(value[0]), char.ToUpperInvariant(value[0]));
        for (int at; (at = text.IndexOfAny(lower, upper)) >= 0 && at + value.Length <= text.Length; text = text[(at + 1)..])
        {
            if (text.Slice(at, value.Length).Equals(value, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private double Shared(Statement line, int at)
    {
        var shared = 0.0;
        var (first, last) = Near(at);
        foreach (var word in line.Words)
        {
            for (var near = first; near <= last; near++)
            {
                if (statements[near].Reach.Contains(word))
                {
                    shared += Weight(word);
                    break;
                }
            }
        }

        return shared;
    }

    private double SharedWords(Statement line, Statement other)
    {
        var shared = 0.0;
        foreach (var word in line.Words)
            shared += other.Words.Contains(word) ? Weight(word) : 0;
        return shared;
    }

    // How many of the words are missing in the others and of a kind.
    private static int Missing(TokenSet words, TokenSet others, Func<int, bool> isOfKind)
    {
        var missing = 0;
        foreach (var word in words)
            missing += !others.Contains(word) && isOfKind(word) ? 1 : 0;
        return missing;
    }

    // Every word counts alike here: the rare ones are often just how it was put.
    private static double Likeness(Statement line, Statement other) =>
        line.Words.Count is 0 ? 0 : (double)line.Words.CountIn(other.Reach) / line.Words.Count;

    // Tokens that were met after the record was made stand nowhere in it.
    private int Count(int token) => token < begins.Length - 1 ? begins[token + 1] - begins[token] : 0;

    private double Weight(TokenSet words)
    {
        var sum = 0.0;
        foreach (var word in words)
            sum += Weight(word);
        return sum;
    }

    // A word that nothing else uses says nothing about whether two lines speak of the same, but its absence does not either.
    private double Weight(int word) => 1 / (1 + Math.Log(1 + Math.Max(1, Count(word))));

    private static IEnumerable<int> Tokens(Statement statement)
    {
        foreach (var word in statement.Reach)
            yield return word;
        foreach (var value in statement.Values)
            yield return value;
        foreach (var name in statement.Names)
            yield return name;
    }

    // The rarest tokens first: a statement on the same subject shares at least one of them. What does not occur from the place on says
    // nothing.
    private IEnumerable<int> Candidates(Statement line, int from = 0)
    {
        var own = ++look;
        var rarest = Tokens(line).Where(token => Count(token) > 0)
            .Select(token => (First: Math.Max(FirstAtLeast(token, from), begins[token + 1] - MostCandidates), End: begins[token + 1]))
            .Where(range => range.First < range.End).OrderBy(range => range.End - range.First).Take(MostTokens);
        foreach (var (first, end) in rarest)
        {
            for (var at = first; at < end; at++)
            {
                if (lookedAt[places[at]] == own)
                    continue;
                lookedAt[places[at]] = own;
                yield return places[at];
            }
        }
    }

    private int FirstAtLeast(int token, int place) =>
        Array.BinarySearch(places, begins[token], Count(token), place) is var at && at < 0 ? ~at : at;

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
