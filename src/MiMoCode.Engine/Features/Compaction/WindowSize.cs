using System.Runtime.CompilerServices;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>
/// How many tokens a request takes up: what its provider counted last, and an estimate of what came since. What a message was
/// estimated at is kept with it, so that a step costs what is new.
/// </summary>
internal sealed class WindowSize
{
    /// <summary>What an image or another file is taken to be.</summary>
    public const int PerFile = 1_600;

    private const int PerMessage = 8;
    private readonly ConditionalWeakTable<MessageWithParts, StrongBox<int>> known = [];

    public long Of(Session session, ModelRequest next)
    {
        if (session.ContextTokens is 0)
            return Estimate(next);

        // The last count holds the calls of its reply, but not their results.
        var counted = next.Messages.FindLastIndex(IsCounted);
        if (counted < 0)
            return Estimate(next);
        var size = session.ContextTokens + Results(next.Messages[counted]);
        for (var at = counted + 1; at < next.Messages.Count; at++)
            size += Of(next.Messages[at]);
        return size;
    }

    /// <summary>What the provider counts for what we would call one token; 1 when it has counted nothing yet.</summary>
    public double Ratio(Session session, ModelRequest next)
    {
        var counted = session.ContextTokens is 0 ? -1 : next.Messages.FindLastIndex(IsCounted);
        if (counted < 0)
            return 1;
        var estimate = Fixed(next) - Results(next.Messages[counted]);
        for (var at = 0; at <= counted; at++)
            estimate += Of(next.Messages[at]);
        return estimate <= 0 ? 1 : Math.Clamp((double)session.ContextTokens / estimate, 0.7, 2);
    }

    /// <summary>System text and tools.</summary>
    public static long Fixed(ModelRequest next) =>
        TokenEstimate.Of(next.System) + next.Tools.Sum(tool => TokenEstimate.Of(tool.Description) + TokenEstimate.Of(tool.InputSchema.GetRawText()) + PerMessage);

    public int Of(MessageWithParts message)
    {
        if (known.TryGetValue(message, out var box))
            return box.Value;
        var size = PerMessage + message.Parts.Sum(Of);
        known.AddOrUpdate(message, new StrongBox<int>(size));
        return size;
    }

    private long Estimate(ModelRequest next) => Fixed(next) + next.Messages.Sum(message => (long)Of(message));

    private static bool IsCounted(MessageWithParts message) =>
        message.Info is AssistantMessage reply && reply.Tokens != TokenUsage.None && reply.Tokens.ContextTokens > 0;

    public static int Of(Part part) => part switch
    {
        TextPart { Ignored: not true } text => TokenEstimate.Of(text.Text),
        ReasoningPart thought => TokenEstimate.Of(thought.Text),
        ToolPart call => PerMessage + TokenEstimate.Of(call.State.Input.GetRawText()) + Result(call.State),
        FilePart => PerFile,
        _ => 0,
    };

    private static int Results(MessageWithParts message) => message.Parts.OfType<ToolPart>().Sum(call => Result(call.State));

    private static int Result(ToolState state) => state switch
    {
        ToolCompleted { Time.Compacted: not null } => PerMessage,
        ToolCompleted done => TokenEstimate.Of(done.Output) + (done.Attachments is { IsDefault: false } files ? files.Length * PerFile : 0),
        ToolFailed failed => TokenEstimate.Of(failed.Error),
        _ => 0,
    };
}
