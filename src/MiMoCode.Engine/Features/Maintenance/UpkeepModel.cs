using System.Collections.Immutable;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>The model of a hidden agent as a turn, near the model of a session; null where there is no model but the program's own.</summary>
internal delegate ValueTask<Turn?> UpkeepTurn(string agent, Session near, CancellationToken cancellationToken);

/// <summary>What came of asking: the words of the model, or why there are none; neither when there is no model to ask.</summary>
internal sealed record UpkeepReply(string? Text, string? Failure);

/// <summary>Asks a hidden agent one question, in a session of its own below the one that it is billed to.</summary>
internal sealed class UpkeepModel(Subagents.Subagents subagents, SessionOpener open, UpkeepTurn turn, TimeProvider clock)
{
    private const int MostOutput = 8_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Never throws for what the model did.</summary>
    public async Task<UpkeepReply> AskAsync(string agent, string? sessionId, string text, CancellationToken cancellationToken)
    {
        if (sessionId is null)
            return new UpkeepReply(null, null);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var session = open(sessionId);
            if (await turn(agent, session, either.Token) is not { } chosen)
                return new UpkeepReply(null, null);
            session.Turn = chosen;
            var prefix = new ModelRequest
            {
                Model = chosen.Model, System = subagents.InstructionsOf(agent), Messages = [], Tools = [], SessionId = session.Id, Variant = chosen.Variant,
            };
            var reply = await subagents.AskAsync(new HiddenQuestion(session, prefix, text, Purpose.Writer, agent, agent, MostOutput), either.Token);
            return reply.Failure is { } failure ? new UpkeepReply(null, failure) : new UpkeepReply(reply.Text, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new UpkeepReply(null, "it took too long");
        }
        catch (UserException error)
        {
            return new UpkeepReply(null, error.Message);
        }
    }
}
