using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// A conversation as statements, also those that were cut out of the window. It goes on as the conversation does, so that a version
/// of a checkpoint reads what is new since the one before. Not for more than one thread.
/// </summary>
internal sealed class Reading
{
    private const long MostKept = 1_000_000;
    private const long MostWhole = 8_000_000;
    private readonly List<(MessageWithParts Message, int Statements)> messages = [];

    public Vocabulary Vocabulary { get; } = new();

    /// <summary>In the order they were said.</summary>
    public List<Statement> Statements { get; } = [];

    /// <summary>False when it holds more than a usual window does, as after outputs of megabytes: that is read again when it is needed.</summary>
    public bool IsWorthKeeping => Characters(0) <= MostKept;

    /// <summary>What was read last, gone on with as far as it is the same conversation; a new reading when it is not.</summary>
    /// <param name="last">What was read last; it is of no use any more.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="numbers">What the store orders its messages by.</param>
    /// <param name="spilled">Where the whole of cut outputs lies.</param>
    public static Reading Of(Reading? last, IReadOnlyList<MessageWithParts> conversation, IReadOnlyDictionary<string, long> numbers, SpilledOutputs spilled)
    {
        var reading = last is { messages: [var first, ..] } && conversation is [var begin, ..] && ReferenceEquals(first.Message, begin) ? last : new Reading();
        reading.GoOn(conversation, numbers, spilled);
        return reading;
    }

    private void GoOn(IReadOnlyList<MessageWithParts> conversation, IReadOnlyDictionary<string, long> numbers, SpilledOutputs spilled)
    {
        var same = 0;
        while (same < messages.Count && same < conversation.Count && ReferenceEquals(messages[same].Message, conversation[same]))
            same++;
        messages.RemoveRange(same, messages.Count - same);
        var known = same is 0 ? 0 : messages[same - 1].Statements;
        Statements.RemoveRange(known, Statements.Count - known);
        var characters = Characters(0);
        foreach (var message in conversation.Skip(same))
        {
            // A session full of outputs of megabytes is read as it stands in the window from there on.
            var from = Statements.Count;
            Statement.Read(message, numbers.GetValueOrDefault(message.Info.Id), characters <= MostWhole ? spilled : null, Vocabulary, Statements);
            messages.Add((message, Statements.Count));
            characters += Characters(from);
        }
    }

    private long Characters(int from)
    {
        var sum = 0L;
        for (var at = from; at < Statements.Count; at++)
            sum += Statements[at].Span.Length;
        return sum;
    }
}
