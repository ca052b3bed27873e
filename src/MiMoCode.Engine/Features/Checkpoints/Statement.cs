using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>A sentence or line as a set of words: those that name what it is about, and the exact values in it.</summary>
internal sealed class Statement
{
    private const int Longest = 400;
    private const int Shortest = 8;

    private readonly string source;
    private readonly int start;
    private readonly int length;
    private string? text;

    private Statement(string source, (int Start, int Length) piece, Said said, int order, Vocabulary vocabulary)
    {
        (this.source, start, length, At, Order) = (source, piece.Start, piece.Length, said, order);
        (Words, Values) = vocabulary.Read(Span);
    }

    /// <summary>What it says, made when it is asked for: most statements are only counted.</summary>
    public string Text => text ??= source.Substring(start, length);

    public ReadOnlySpan<char> Span => source.AsSpan(start, length);

    public Said At { get; }

    /// <summary>Its place among the statements that were read with it; later ones are greater.</summary>
    public int Order { get; }

    /// <summary>What it is about.</summary>
    public TokenSet Words { get; }

    /// <summary>Numbers, paths, addresses, names with marks in them.</summary>
    public TokenSet Values { get; }

    public bool IsQuestion => Span is [.., '?' or '？'];

    public static Statement Of(string text, Vocabulary vocabulary) => new(text, (0, text.Length), default, -1, vocabulary);

    /// <summary>The statements of a text that was just read.</summary>
    public static List<Statement> In(string text, Vocabulary vocabulary) =>
        [.. Pieces(text).Select((piece, at) => new Statement(text, piece, new Said(long.MaxValue, default, false, ByTool: true), at, vocabulary))];

    /// <summary>Adds every statement of a message, in its order, also those that were cut out of the window.</summary>
    /// <param name="message">The message.</param>
    /// <param name="seq">What the store orders messages by.</param>
    /// <param name="spilled">Where the whole of cut outputs lies.</param>
    /// <param name="vocabulary">What they are read with.</param>
    /// <param name="into">The statements of the messages before.</param>
    public static void Read(MessageWithParts message, long seq, SpilledOutputs spilled, Vocabulary vocabulary, List<Statement> into)
    {
        foreach (var part in message.Parts)
        {
            var said = new Said(seq, message.Info.Time.Created, message.Info is UserMessage, ByTool: part is ToolPart);
            foreach (var text in TextsOf(part, spilled))
            {
                foreach (var piece in Pieces(text))
                    into.Add(new Statement(text, piece, said, into.Count, vocabulary));
            }
        }
    }

    /// <summary>True when a line is a statement by itself: not too short, and not so long that it would be read as several.</summary>
    public static bool IsOne(string line) => line.Length > 0 && Pieces(line).FirstOrDefault() == (0, line.Length);

    // Lines, and the sentences of long ones.
    private static IEnumerable<(int Start, int Length)> Pieces(string text)
    {
        for (var (start, next) = (0, 0); start < text.Length; start = next)
        {
            var end = text.IndexOf('\n', start) is var found && found < 0 ? text.Length : found;
            next = end + 1;
            var line = Trim(text, start, end);
            if (line.Length is >= Shortest and <= Longest)
                yield return line;
            else if (line.Length > Longest)
            {
                foreach (var sentence in Sentences(text, line.Start, line.Start + line.Length))
                    yield return sentence;
            }
        }
    }

    private static IEnumerable<(int Start, int Length)> Sentences(string text, int start, int end)
    {
        for (var next = start; start < end; start = next)
        {
            var stop = text.IndexOf(". ", start, end - start, StringComparison.Ordinal);
            next = stop < 0 || stop - start > Longest ? Math.Min(start + Longest, end) : stop + 1;
            if (next - start >= Shortest)
                yield return Trim(text, start, next);
        }
    }

    private static (int Start, int Length) Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return (start, end - start);
    }

    private static IEnumerable<string> TextsOf(Part part, SpilledOutputs spilled) => part switch
    {
        TextPart { Synthetic: not true, Ignored: not true } text => [text.Text],
        ToolPart { Tool: "history" or "memory" } => [],
        ToolPart { State: ToolCompleted done } => [spilled.Whole(done.Output)],
        ToolPart { State: ToolFailed failed } => [failed.Error],
        _ => [],
    };
}

/// <summary>Where something was said: the number of its message, when, and whether by a person or by a tool.</summary>
internal readonly record struct Said(long Seq, DateTimeOffset Time, bool ByUser, bool ByTool = false);
