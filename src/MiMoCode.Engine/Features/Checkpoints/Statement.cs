using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>A sentence or line as a set of words: those that name what it is about, and the exact values in it.</summary>
internal sealed class Statement
{
    private const int LeastWords = 2;

    private readonly string source;
    private readonly int start;
    private readonly int length;
    private string? text;

    private readonly StatementTokens tokens;

    private Statement(string source, Passage piece, Said said, int order, StatementTokens tokens)
    {
        (this.source, start, length, Heading, At, Order) = (source, piece.Start, piece.Length, piece.Heading, said, order);
        this.tokens = tokens;
    }

    /// <summary>What it says, with the heading that it stands under. Made when it is asked for: most statements are only counted.</summary>
    public string Text => text ??= Heading.Length is 0 ? Line : $"{Heading} {Line}";

    /// <summary>What it says, as it stands there.</summary>
    public string Line => source.Substring(start, length);

    public string Heading { get; }

    public ReadOnlySpan<char> Span => source.AsSpan(start, length);

    public Said At { get; }

    /// <summary>Its place among the statements that were read with it; later ones are greater.</summary>
    public int Order { get; }

    /// <summary>What it is about.</summary>
    public TokenSet Words => tokens.Words;

    /// <summary>Numbers, paths, addresses, names with marks in them.</summary>
    public TokenSet Values => tokens.Values;

    /// <summary>Names that are put together with hyphens.</summary>
    public TokenSet Names => tokens.Names;

    /// <summary>What it is about, and what the addresses in it are made of.</summary>
    public TokenSet Reach => tokens.Reach;

    public bool IsQuestion => Span is [.., '?' or '？'];

    public static Statement Of(string text, Vocabulary vocabulary, Said said = default, int order = -1)
    {
        // What is nothing but an address is about what the address names.
        var tokens = vocabulary.Read(text);
        if (tokens.Words.Count < LeastWords && tokens.Names.Count is 0)
            tokens = tokens with { Words = tokens.Reach };
        return new(text, new Passage(0, text.Length), said, order, tokens);
    }

    /// <summary>The statements of a text that was just read.</summary>
    public static List<Statement> In(string text, Vocabulary vocabulary)
    {
        var statements = new List<Statement>();
        Add(statements, text, Passages.Lines(text), new Said(long.MaxValue, default, false, ByTool: true), vocabulary);
        return statements;
    }

    /// <summary>Adds every statement of a message, in its order, also those that were cut out of the window.</summary>
    /// <param name="message">The message.</param>
    /// <param name="seq">What the store orders messages by.</param>
    /// <param name="spilled">Where the whole of cut outputs lies; null to read them as they were cut.</param>
    /// <param name="vocabulary">What they are read with.</param>
    /// <param name="into">The statements of the messages before.</param>
    public static void Read(MessageWithParts message, long seq, SpilledOutputs? spilled, Vocabulary vocabulary, List<Statement> into)
    {
        foreach (var part in message.Parts)
        {
            var said = new Said(seq, message.Info.Time.Created, message.Info is UserMessage, ByTool: part is ToolPart);
            foreach (var text in TextsOf(part, spilled))
                Add(into, text, part is ToolPart ? Passages.Lines(text) : Passages.Sentences(text), said, vocabulary);
        }
    }

    private static void Add(List<Statement> statements, string text, IEnumerable<Passage> pieces, Said from, Vocabulary vocabulary)
    {
        var (heading, above) = ("", default(StatementTokens));
        foreach (var piece in pieces)
        {
            var own = vocabulary.Read(text.AsSpan(piece.Start, piece.Length));
            if (piece.Heading.Length > 0 && piece.Heading != heading)
                (heading, above) = (piece.Heading, vocabulary.Read(piece.Heading));
            statements.Add(new Statement(text, piece, from, statements.Count, piece.Heading.Length is 0 ? own : own.With(above)));
        }
    }

    private static IEnumerable<string> TextsOf(Part part, SpilledOutputs? spilled) => part switch
    {
        TextPart { Synthetic: not true, Ignored: not true } text => [text.Text],
        ToolPart { Tool: "history" or "memory" } => [],
        ToolPart { State: ToolCompleted done } => [spilled?.Whole(done.Output) ?? done.Output],
        ToolPart { State: ToolFailed failed } => [failed.Error],
        _ => [],
    };
}

/// <summary>Where something was said: the number of its message, when, and whether by a person or by a tool.</summary>
internal readonly record struct Said(long Seq, DateTimeOffset Time, bool ByUser, bool ByTool = false);
