using System.Globalization;
using System.Text;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What of a part can be searched: what was said, what a tool was asked, and the beginning of what it answered.</summary>
internal static class SearchText
{
    /// <summary>Characters of an output that are found by any piece of them; beyond, pieces of words are found by reading it.</summary>
    public const int OutputCap = 8 * 1024;

    /// <summary>Characters of an output that are found by their words.</summary>
    public const int WordCap = 1024 * 1024;

    /// <summary>Characters of anything else that are indexed.</summary>
    public const int TalkCap = 64 * 1024;

    private const int ChunkLength = 2_000;
    private const int CodeLetters = 3;
    private const int FirstCodeLetter = 0x4E00;
    private const int CodeLetterCount = 0x5000;

    /// <summary>Tools whose results repeat what is found elsewhere.</summary>
    private static readonly string[] Echoes = ["history", "memory"];

    /// <summary>The texts of a part, each with its kind; none when it holds nothing to be found.</summary>
    public static IEnumerable<(string Kind, string Text)> Of(Part part, bool fromUser) => part switch
    {
        TextPart { Synthetic: not true, Ignored: not true, Text.Length: > 0 } text => [(fromUser ? "user" : "assistant", text.Text)],
        ToolPart call when call.State.IsFinal && !Echoes.Contains(call.Tool) => OfCall(call.State),
        _ => [],
    };

    /// <summary>The name of the tool, for a call.</summary>
    public static string? ToolOf(Part part) => (part as ToolPart)?.Tool;

    /// <summary>Pieces of a text, cut where a line ends if there is such a place; and whether any piece of their words is to be found.</summary>
    public static IEnumerable<(string Text, bool ByPieces)> Chunks(string kind, string text)
    {
        var pieces = kind is "output" or "error" ? OutputCap : TalkCap;
        var end = Math.Min(text.Length, kind is "output" or "error" ? WordCap : TalkCap);
        for (var start = 0; start < end;)
        {
            var stop = Math.Min(start + ChunkLength, end);
            if (stop < end && text.LastIndexOf('\n', stop - 1, stop - start - (ChunkLength / 2)) is > 0 and var line)
                stop = line + 1;
            yield return (text[start..stop], start < pieces);
            start = stop;
        }
    }

    /// <summary>True when one of the indexes holds only the beginning.</summary>
    public static bool IsLong(string kind, string text) => text.Length > (kind is "output" or "error" ? OutputCap : TalkCap);

    /// <summary>
    /// The text as the word index takes it. Ideographs and kana have no spaces between words, so that a run of them goes in as its
    /// overlapping pairs: two characters are one look-up, more are a phrase of pairs.
    /// </summary>
    public static string ForWords(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u2E80', '\uFFFF'))
            return text;

        var words = new StringBuilder(text.Length * 2);
        var inRun = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var ideograph = IsIdeograph(rune);
            if (ideograph && inRun)
                words.Append(rune).Append(' ');
            else if (ideograph != inRun)
                words.Append(' ');
            words.Append(rune);
            inRun = ideograph;
        }

        return words.ToString();
    }

    /// <summary>
    /// The text as the index of pieces takes it: without what the word index holds as pairs, which finds any piece of it already. Those
    /// scripts have thousands of letters, so that their trigrams would be most of the file. Empty when nothing is left to look for.
    /// </summary>
    public static string ForPieces(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u2E80', '\uFFFF'))
            return text;

        var pieces = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (!IsInPairs(letter))
                pieces.Append(letter);
            else if (pieces.Length > 0 && pieces[^1] is not ' ')
                pieces.Append(' ');
        }

        return pieces.ToString().Trim();
    }

    /// <summary>True for what the word index holds as pairs; symbols of those scripts are not words to it.</summary>
    public static bool IsInPairs(char letter) => Rune.TryCreate(letter, out var rune) && IsIdeograph(rune) && Rune.IsLetter(rune);

    /// <summary>True for the scripts that are written without spaces.</summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is >= 0x2E80 and <= 0x9FFF or >= 0xAC00 and <= 0xD7A3
        or >= 0xF900 and <= 0xFAFF or >= 0xFF66 and <= 0xFF9D or >= 0x20000 and <= 0x3FFFF && rune.Value is not (>= 0x3000 and <= 0x303F);

    /// <summary>
    /// Three letters that stand for a session or a project in both indexes: one word for the one, one trigram for the other. Two ids
    /// may share a code, so whoever reads hits checks where they come from.
    /// </summary>
    public static string Code(string id)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in id)
            hash = (hash ^ letter) * 1099511628211UL;
        Span<char> code = stackalloc char[CodeLetters];
        for (var i = 0; i < CodeLetters; i++, hash /= CodeLetterCount)
            code[i] = (char)(FirstCodeLetter + (hash % CodeLetterCount));
        return code.ToString();
    }

    /// <summary>The arguments of a call, a line each, without the escapes of JSON.</summary>
    public static string Flatten(JsonElement input)
    {
        if (input.ValueKind is not JsonValueKind.Object)
            return input.ToString();
        var text = new StringBuilder();
        foreach (var property in input.EnumerateObject())
            text.Append(CultureInfo.InvariantCulture, $"{property.Name}: {property.Value}\n");
        return text.ToString();
    }

    private static IEnumerable<(string Kind, string Text)> OfCall(ToolState state)
    {
        var input = Flatten(state.Input);
        if (input.Length > 0)
            yield return ("input", input);
        var (kind, text) = state switch
        {
            ToolCompleted done => ("output", done.Output),
            ToolFailed failed => ("error", failed.Error),
            _ => ("output", ""),
        };
        if (text.Length > 0)
            yield return (kind, text);
    }
}
