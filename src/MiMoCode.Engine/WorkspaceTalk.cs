using System.Collections.Immutable;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine;

/// <summary>Talking to the agent of a workspace: the loops, and what belongs to a session beside its own loop.</summary>
internal sealed class WorkspaceTalk(SessionLoops loops, SubagentRuns subagents) : ITalk
{
    public Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken) =>
        loops.PromptAsync(sessionId, request, cancellationToken);

    public Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken) =>
        loops.WaitAsync(sessionId, messageId, cancellationToken);

    /// <summary>Stops a session and the sessions below it, also those that work in the background.</summary>
    public async Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken)
    {
        var stopped = await Task.WhenAll(loops.AbortAsync(sessionId, cancellationToken), subagents.CancelAllAsync(sessionId));
        return stopped.Contains(true);
    }

    public Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken) =>
        loops.StatusAsync(cancellationToken);
}
