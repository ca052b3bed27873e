using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// The words and values of texts as numbers: a window of statements is held against a memory in milliseconds then. Only statements
/// of the same vocabulary may be compared. Not for more than one thread.
/// </summary>
internal sealed class Vocabulary
{
    private const int Shortest = 2;
    private const int UsualWord = 64;
    private const int MostParts = 8;
    private const int MostInName = 3;
    private const string Trimmed = ".:-=+#_";
    private const string Joints = ":=";

    // Asked for every letter of a window.
    private static readonly ImmutableArray<bool> AsciiOfWord = [.. Enumerable.Range(0, 128).Select(letter => char.IsAsciiLetterOrDigit((char)letter) || "/\\_@:=.-+#%".Contains((char)letter))];
    private static readonly SearchValues<char> Marks = SearchValues.Create("/\\_@:=.+#");

    /// <summary>What makes a token an address of something rather than the name of what is spoken of.</summary>
    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("/\\@.+#%0123456789");

    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.Ordinal, "the", "and", "for", "that", "this", "with", "from", "are", "was", "were", "has", "have", "had", "not", "but", "its",
        "now", "will", "must", "should", "can", "may", "use", "uses", "used", "all", "any", "our", "you", "your", "they", "into", "instead", "than",
        "then", "there", "here", "also", "only", "been", "being", "which", "who", "when", "where", "what", "how", "why", "is", "it", "in", "on",
        "to", "of", "at", "by", "as", "be", "we", "or", "an", "do", "so", "if", "no", "set", "please", "says", "said", "ms", "sec", "min", "kb", "mb", "gb", "kib", "mib", "gib");

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(string Text, Kind Kind)> tokens = [];
    private readonly List<int> words = [];
    private readonly List<int> values = [];
    private readonly List<int> names = [];
    private readonly List<int> hints = [];

    private enum Kind
    {
        Word,
        Value,
        Common,
    }

    /// <summary>So many tokens are known; each has a number below.</summary>
    public int Count => tokens.Count;

    public string TextOf(int token) => tokens[token].Text;

    /// <summary>True for the name of a variable or a setting.</summary>
    public bool IsKey(int token) => TextOf(token) is var text && !text.AsSpan().ContainsAny(OfAddresses) && IsIdentifier(text);

    /// <summary>True when two tokens are made alike, as two ports, two versions or two paths are.</summary>
    public bool LooksLike(int one, int other)
    {
        var (first, second) = (TextOf(one), TextOf(other));
        var (at, there) = (0, 0);
        while (at < first.Length && there < second.Length)
        {
            var (own, others) = (RunAt(first, at), RunAt(second, there));
            if (own.Kind != others.Kind)
                return false;
            (at, there) = (own.End, others.End);
        }

        return at == first.Length && there == second.Length;
    }

    private static (char Kind, int End) RunAt(string text, int start)
    {
        var (end, digits, letters) = (start, false, false);
        for (; end < text.Length && char.IsLetterOrDigit(text[end]); end++)
            (digits, letters) = (digits || char.IsDigit(text[end]), letters || char.IsLetter(text[end]));
        return end == start ? (text[start], start + 1) : (digits && letters ? 'x' : digits ? '0' : 'a', end);
    }

    /// <summary>The tokens of a text by what they are in it.</summary>
    public StatementTokens Read(ReadOnlySpan<char> text)
    {
        words.Clear();
        values.Clear();
        names.Clear();
        hints.Clear();
        // A word is letters and what holds them together; ideographs go in pairs.
        var (begins, word, ideograph) = (true, -1, -1);
        for (var at = 0; at < text.Length;)
        {
            var (isOfWord, isIdeograph, length) = char.IsAscii(text[at]) ? (AsciiOfWord[text[at]], false, 1) : Look(text[at..]);
            if (isIdeograph && ideograph >= 0)
                Add(text[ideograph..(at + length)]);
            ideograph = isIdeograph ? at : -1;
            if (isOfWord && word < 0)
                word = at;
            if (!isOfWord && word >= 0)
            {
                begins = Take(text[word..at], begins);
                word = -1;
            }

            at += length;
        }

        if (word >= 0)
            Take(text[word..], begins);
        return TokensOfLists();
    }

    private StatementTokens TokensOfLists()
    {
        var own = SetOf(words);
        if (hints.Count is 0)
            return new StatementTokens(own, SetOf(values), SetOf(names), own);
        hints.AddRange(words);
        var reach = SetOf(hints);
        return new StatementTokens(own, SetOf(values), SetOf(names), reach);
    }

    private static (bool IsOfWord, bool IsIdeograph, int Length) Look(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var rune, out var length);
        var isIdeograph = SearchText.IsIdeograph(rune);
        return (!isIdeograph && Rune.IsLetterOrDigit(rune), isIdeograph, length);
    }

    // True when a sentence begins after the word.
    private bool Take(ReadOnlySpan<char> raw, bool begins)
    {
        var word = char.IsAsciiLetterOrDigit(raw[0]) && char.IsAsciiLetterOrDigit(raw[^1]) ? raw : raw.Trim(Trimmed);
        if (IsShort(word))
            return begins;
        // A key and its value are joined without a space; a time or a port is not taken apart.
        while (word.IndexOfAny(Joints) is > 0 and var joint && joint < word.Length - 1 && !(char.IsAsciiDigit(word[joint - 1]) && char.IsAsciiDigit(word[joint + 1])))
        {
            TakeOne(word[..joint].Trim(Trimmed), begins);
            word = word[(joint + 1)..].Trim(Trimmed);
            begins = false;
        }

        TakeOne(word, begins);
        return raw[^1] is '.' or ':';
    }

    private static bool IsShort(ReadOnlySpan<char> word) => word.Length < Shortest && (word.IsEmpty || !char.IsAsciiDigit(word[0]));

    // Capitals make a name, unless one only begins a sentence.
    private void TakeOne(ReadOnlySpan<char> word, bool begins)
    {
        if (IsShort(word))
            return;
        // Most words are plain ones, or numbers: nothing in them is to be looked for.
        if (!word.ContainsAnyExceptInRange('a', 'z') || !word.ContainsAnyExceptInRange('0', '9'))
        {
            Add(word);
            return;
        }

        Span<char> lower = word.Length <= UsualWord ? stackalloc char[word.Length] : new char[word.Length];
        word.ToLowerInvariant(lower);
        Span<Range> parts = stackalloc Range[MostParts];
        parts = parts[..PartsOf(word, parts)];
        var isAddress = word.ContainsAny(OfAddresses);
        if (parts.Length > 1 && !isAddress && !IsIdentifier(word))
        {
            // One word for likeness, however many it is put together from.
            AddTo(words, lower);
            names.Add(NumberOf(lower));
            AddParts(hints, lower, parts);
            return;
        }

        if (parts.Length > 1)
        {
            AddParts(isAddress ? hints : words, lower, parts);
            AddNamesIn(lower, parts, isAddress);
        }

        Add(word[(begins ? 1 : 0)..].ContainsAnyInRange('A', 'Z') ? word : lower);
    }

    /// <summary>The words that a name or an address is made of; a hump begins one, as in an identifier.</summary>
    private static int PartsOf(ReadOnlySpan<char> word, Span<Range> parts)
    {
        var (count, start) = (0, -1);
        for (var at = 0; at <= word.Length && count < parts.Length; at++)
        {
            var isLetter = at < word.Length && char.IsLetter(word[at]);
            if (start >= 0 && (!isLetter || IsHump(word, at)))
            {
                if (at - start >= Shortest)
                    parts[count++] = start..at;
                start = -1;
            }

            if (isLetter && start < 0)
                start = at;
        }

        return count;
    }

    private static bool IsIdentifier(ReadOnlySpan<char> word)
    {
        for (var at = 1; at < word.Length; at++)
        {
            if (word[at] is '_' || IsHump(word, at))
                return true;
        }

        return false;
    }

    private static bool IsHump(ReadOnlySpan<char> word, int at) => char.IsUpper(word[at]) && char.IsLower(word[at - 1]);

    private void AddParts(List<int> into, ReadOnlySpan<char> lower, ReadOnlySpan<Range> parts)
    {
        foreach (var part in parts)
            AddTo(into, lower[part]);
    }

    // A thing whose name has a hyphen is often the beginning of an identifier, or a piece of an address.
    private void AddNamesIn(ReadOnlySpan<char> lower, ReadOnlySpan<Range> parts, bool isAddress)
    {
        Span<char> name = stackalloc char[UsualWord];
        for (var first = 0; first < parts.Length - 1; first++)
        {
            var length = 0;
            for (var at = first; at < Math.Min(parts.Length, first + MostInName); at++)
            {
                var part = lower[parts[at]];
                if (length + part.Length + 1 > name.Length || (isAddress && at > first && lower[parts[at].Start.Value - 1] is not '-'))
                    break;
                if (length > 0)
                    name[length++] = '-';
                part.CopyTo(name[length..]);
                length += part.Length;
                if (at > first)
                    hints.Add(NumberOf(name[..length]));
            }
        }
    }

    private void AddTo(List<int> into, ReadOnlySpan<char> text)
    {
        if (NumberOf(text) is var token && tokens[token].Kind is not Kind.Common)
            into.Add(token);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        var token = NumberOf(text);
        if (tokens[token].Kind is var kind and not Kind.Common)
            (kind is Kind.Value ? values : words).Add(token);
    }

    private int NumberOf(ReadOnlySpan<char> text)
    {
        if (!numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var token))
        {
            var own = text.ToString();
            numbers.Add(own, token = tokens.Count);
            tokens.Add((own, IsValue(own) ? Kind.Value : Common.Contains(own) ? Kind.Common : Kind.Word));
        }

        return token;
    }

    private static bool IsValue(string token) => char.IsUpper(token[0]) || token.AsSpan().ContainsAnyInRange('0', '9') || token.AsSpan().ContainsAny(Marks)
        || (token.AsSpan(1).ContainsAnyInRange('A', 'Z') && token.AsSpan().ContainsAnyInRange('a', 'z'));

    private static TokenSet SetOf(List<int> tokens)
    {
        var found = CollectionsMarshal.AsSpan(tokens);
        found.Sort();
        return new TokenSet(found);
    }
}

/// <summary>
/// What stands in a text: the words that say what it is about; the exact values, as numbers, paths, addresses and identifiers; names
/// that are put together with hyphens; and all words that it can be found by, also those inside of addresses.
/// </summary>
internal readonly record struct StatementTokens(TokenSet Words, TokenSet Values, TokenSet Names, TokenSet Reach)
{
    /// <summary>The tokens of both.</summary>
    public StatementTokens With(StatementTokens other) =>
        new(Words.Union(other.Words), Values.Union(other.Values), Names.Union(other.Names), Reach.Union(other.Reach));
}
