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
    private const string Trimmed = ".:-=+#_";

    // Asked for every letter of a window.
    private static readonly ImmutableArray<bool> AsciiOfWord = [.. Enumerable.Range(0, 128).Select(letter => char.IsAsciiLetterOrDigit((char)letter) || "/\\_@:=.-+#%".Contains((char)letter))];
    private static readonly SearchValues<char> Marks = SearchValues.Create("/\\_@:=.+#");

    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.Ordinal, "the", "and", "for", "that", "this", "with", "from", "are", "was", "were", "has", "have", "had", "not", "but", "its",
        "now", "will", "must", "should", "can", "may", "use", "uses", "used", "all", "any", "our", "you", "your", "they", "into", "instead", "than",
        "then", "there", "here", "also", "only", "been", "being", "which", "who", "when", "where", "what", "how", "why", "is", "it", "in", "on",
        "to", "of", "at", "by", "as", "be", "we", "or", "an", "do", "so", "if", "no", "set", "please", "says", "said");

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(string Text, Kind Kind)> tokens = [];
    private readonly List<int> words = [];
    private readonly List<int> values = [];

    private enum Kind
    {
        Word,
        Value,
        Common,
    }

    /// <summary>So many tokens are known; each has a number below.</summary>
    public int Count => tokens.Count;

    public string TextOf(int token) => tokens[token].Text;

    /// <summary>What a text is about, and the exact values in it: numbers, paths, addresses, names with marks in them.</summary>
    public (TokenSet Words, TokenSet Values) Read(ReadOnlySpan<char> text)
    {
        words.Clear();
        values.Clear();
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
        return (SetOf(words), SetOf(values));
    }

    private static (bool IsOfWord, bool IsIdeograph, int Length) Look(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out var rune, out var length);
        var isIdeograph = SearchText.IsIdeograph(rune);
        return (!isIdeograph && Rune.IsLetterOrDigit(rune), isIdeograph, length);
    }

    // True when a sentence begins after the word. Capitals make a name, unless one only begins a sentence.
    private bool Take(ReadOnlySpan<char> raw, bool begins)
    {
        var word = char.IsAsciiLetterOrDigit(raw[0]) && char.IsAsciiLetterOrDigit(raw[^1]) ? raw : raw.Trim(Trimmed);
        if (word.Length < Shortest)
            return begins;
        var isName = word[(begins ? 1 : 0)..].ContainsAnyInRange('A', 'Z');
        if (isName || (!char.IsAsciiLetterUpper(word[0]) && Ascii.IsValid(word)))
            Add(word);
        else
            AddInLower(word);
        return raw[^1] is '.' or ':';
    }

    private void AddInLower(ReadOnlySpan<char> word)
    {
        Span<char> lower = word.Length <= UsualWord ? stackalloc char[word.Length] : new char[word.Length];
        word.ToLowerInvariant(lower);
        Add(lower);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        if (!numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var token))
        {
            var own = text.ToString();
            numbers.Add(own, token = tokens.Count);
            tokens.Add((own, IsValue(own) ? Kind.Value : Common.Contains(own) ? Kind.Common : Kind.Word));
        }

        if (tokens[token].Kind is var kind and not Kind.Common)
            (kind is Kind.Value ? values : words).Add(token);
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
