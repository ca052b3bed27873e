using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>Has the session's model sum up what goes out of view. A summary that fails costs one request and nothing else.</summary>
internal sealed class Summariser(Subagents.Subagents subagents)
{
    private const int MostOutput = 3_000;
    private const string Agent = "compaction";

    /// <summary>The summary of these messages, what stands in them about older ones included; null when the model gave none.</summary>
    /// <param name="session">The session whose window it is.</param>
    /// <param name="view">The request whose messages are summed up; its beginning comes from the provider's cache.</param>
    /// <param name="focus">What the person wants looked at above all.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public async Task<string?> SumUpAsync(Session session, ModelRequest view, string? focus, CancellationToken cancellationToken)
    {
        if (view.Messages.IsEmpty)
            return null;
        var text = subagents.InstructionsOf(Agent);
        if (focus is { Length: > 0 })
            text += $"\n\nThe user asks you to look at this above all: {focus}";
        var question = new HiddenQuestion(session, view, text, Purpose.Writer, Agent, "Summary", MostOutput);
        var reply = await subagents.AskAsync(question, cancellationToken);
        return reply.Reason is StopReason.Done or StopReason.OutputLimit && reply.Text.Trim() is { Length: > 0 } summary ? summary : null;
    }
}
