using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>A sentence or line as a set of words: those that name what it is about, and the exact values in it.</summary>
internal sealed class Statement
{
    private const int Longest = 400;
    private const int Shortest = 8;

    private static readonly FrozenSet<string> Common = FrozenSet.Create(
        StringComparer.Ordinal, "the", "and", "for", "that", "this", "with", "from", "are", "was", "were", "has", "have", "had", "not", "but", "its",
        "now", "will", "must", "should", "can", "may", "use", "uses", "used", "all", "any", "our", "you", "your", "they", "into", "instead", "than",
        "then", "there", "here", "also", "only", "been", "being", "which", "who", "when", "where", "what", "how", "why", "is", "it", "in", "on",
        "to", "of", "at", "by", "as", "be", "we", "or", "an", "do", "so", "if", "no", "set", "please", "says", "said");

    private Statement(string text, Said said, int order)
    {
        (Text, At, Order) = (text, said, order);
        var words = new HashSet<string>(StringComparer.Ordinal);
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in Tokens(text))
        {
            if (IsValue(token))
                values.Add(token);
            else if (!Common.Contains(token))
                words.Add(token);
        }

        (Words, Values) = (words, values);
    }

    public string Text { get; }

    public Said At { get; }

    /// <summary>Its place among the statements that were read with it; later ones are greater.</summary>
    public int Order { get; }

    /// <summary>What it is about.</summary>
    public IReadOnlySet<string> Words { get; }

    /// <summary>Numbers, paths, addresses, names with marks in them.</summary>
    public IReadOnlySet<string> Values { get; }

    public bool IsQuestion => Text.EndsWith('?') || Text.EndsWith('？');

    public static Statement Of(string text) => new(text, default, -1);

    /// <summary>The statements of a text that was just read.</summary>
    public static List<Statement> In(string text) => [.. Lines(text).Select((line, at) => new Statement(line, new Said(long.MaxValue, default, false, ByTool: true), at))];

    /// <summary>Every statement of a conversation, in its order, also those that were cut out of the window.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="numbers">What the store orders its messages by.</param>
    /// <param name="spilled">Where the whole of cut outputs lies.</param>
    public static List<Statement> In(IEnumerable<MessageWithParts> messages, IReadOnlyDictionary<string, long> numbers, SpilledOutputs spilled)
    {
        var statements = new List<Statement>();
        foreach (var message in messages)
        {
            var said = new Said(numbers.GetValueOrDefault(message.Info.Id), message.Info.Time.Created, message.Info is UserMessage);
            foreach (var part in message.Parts)
            {
                var from = part is ToolPart ? said with { ByTool = true } : said;
                foreach (var line in TextsOf(part, spilled).SelectMany(Lines))
                    statements.Add(new Statement(line, from, statements.Count));
            }
        }

        return statements;
    }

    /// <summary>Lines, and the sentences of long ones.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            if (trimmed.Length < Shortest)
                continue;
            foreach (var piece in trimmed.Length <= Longest ? [trimmed] : Sentences(trimmed))
                yield return piece;
        }
    }

    private static IEnumerable<string> Sentences(string line)
    {
        for (var start = 0; start < line.Length;)
        {
            var end = line.IndexOf(". ", start, StringComparison.Ordinal);
            end = end < 0 || end - start > Longest ? Math.Min(start + Longest, line.Length) : end + 1;
            if (end - start >= Shortest)
                yield return line[start..end].Trim();
            start = end;
        }
    }

    private static IEnumerable<string> TextsOf(Part part, SpilledOutputs spilled) => part switch
    {
        TextPart { Synthetic: not true, Ignored: not true } text => [text.Text],
        ToolPart { Tool: "history" or "memory" } => [],
        ToolPart { State: ToolCompleted done } => [spilled.Whole(done.Output)],
        ToolPart { State: ToolFailed failed } => [failed.Error],
        _ => [],
    };

    private static readonly SearchValues<char> Marks = SearchValues.Create("/\\_@:=.+#");

    private static bool IsValue(string token) => char.IsUpper(token[0]) || token.AsSpan().ContainsAnyInRange('0', '9') || token.AsSpan().ContainsAny(Marks)
        || (token.AsSpan(1).ContainsAnyInRange('A', 'Z') && token.AsSpan().ContainsAnyInRange('a', 'z'));

    // A word is letters and what holds them together; ideographs go in pairs.
    private static IEnumerable<string> Tokens(string text)
    {
        var word = new StringBuilder();
        var begins = true;
        Rune? ideograph = null;
        foreach (var rune in text.EnumerateRunes())
        {
            var pairs = SearchText.IsIdeograph(rune);
            if (pairs && ideograph is { } first)
                yield return $"{first}{rune}";
            ideograph = pairs ? rune : null;
            if (!pairs && (Rune.IsLetterOrDigit(rune) || (rune.IsAscii && "/\\_@:=.-+#%".Contains((char)rune.Value, StringComparison.Ordinal))))
            {
                word.Append(rune);
                continue;
            }

            var ends = word.Length > 0 && word[^1] is '.' or ':';
            if (Take(word, begins) is { } token)
            {
                yield return token;
                begins = ends;
            }
        }

        if (Take(word, begins) is { } last)
            yield return last;
    }

    private static string? Take(StringBuilder word, bool begins)
    {
        var text = word.ToString().Trim('.', ':', '-', '=', '+', '#', '_');
        word.Clear();
        // Capitals make a name, unless one only begins a sentence.
        return text.Length < 2 ? null : text.AsSpan(begins ? 1 : 0).ContainsAnyInRange('A', 'Z') ? text : text.ToLowerInvariant();
    }
}

/// <summary>Where something was said: the number of its message, when, and whether by a person or by a tool.</summary>
internal readonly record struct Said(long Seq, DateTimeOffset Time, bool ByUser, bool ByTool = false);
