namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>Tokens of one <see cref="Vocabulary"/>, each once, in ascending order.</summary>
internal readonly struct TokenSet
{
    private readonly int[] tokens;

    /// <param name="ascending">Tokens in ascending order; some may be there more than once.</param>
    public TokenSet(ReadOnlySpan<int> ascending)
    {
        var once = 0;
        for (var at = 0; at < ascending.Length; at++)
            once += at is 0 || ascending[at] != ascending[at - 1] ? 1 : 0;
        tokens = once is 0 ? [] : new int[once];
        for (var (at, next) = (0, 0); at < ascending.Length; at++)
        {
            if (at is 0 || ascending[at] != ascending[at - 1])
                tokens[next++] = ascending[at];
        }
    }

    public int Count => tokens.Length;

    public bool Contains(int token) => Array.BinarySearch(tokens, token) >= 0;

    /// <summary>How many of these are in the other set, too.</summary>
    public int CountIn(TokenSet other)
    {
        var (shared, there) = (0, 0);
        foreach (var token in tokens)
        {
            while (there < other.tokens.Length && other.tokens[there] < token)
                there++;
            if (there == other.tokens.Length)
                break;
            shared += other.tokens[there] == token ? 1 : 0;
        }

        return shared;
    }

    public bool IsSubsetOf(TokenSet other) => Count <= other.Count && CountIn(other) == Count;

    public TokenSet Union(TokenSet other)
    {
        if (Count is 0 || other.Count is 0)
            return Count is 0 ? other : this;
        int[] both = [.. tokens, .. other.tokens];
        Array.Sort(both);
        return new TokenSet(both);
    }

    public bool SetEquals(TokenSet other) => tokens.AsSpan().SequenceEqual(other.tokens);

    public Enumerator GetEnumerator() => new(tokens);

    /// <summary>One token after the other.</summary>
    public struct Enumerator(int[] tokens)
    {
        private int next;

        public int Current { get; private set; }

        public bool MoveNext()
        {
            if (next == tokens.Length)
                return false;
            Current = tokens[next++];
            return true;
        }
    }
}
