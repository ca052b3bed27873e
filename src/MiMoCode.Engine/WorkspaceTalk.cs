using System.Collections.Immutable;
using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Features.Goals;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Output;
using MiMoCode.Engine.Features.Shell;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine;

/// <summary>Talking to the agent of a workspace: the loops, and what belongs to a session beside its own loop.</summary>
internal sealed class WorkspaceTalk(
    SessionLoops loops, SubagentRuns subagents, CommandExpander commands, WindowCommands windows, PersonShell shell, JobTable jobs, SessionStore store, WorkspaceCommands own, GoalBook goals,
    SessionLog log) : ITalk
{
    public Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken)
    {
        OutputSchema.Require(request.Format);
        AttachmentLimits.Require(request);
        return loops.PromptAsync(sessionId, request, cancellationToken);
    }

    public async Task<PromptAccepted> CommandAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken)
    {
        if (WindowCommands.Knows(request.Command))
            return await windows.RunAsync(sessionId, request, cancellationToken);
        if (await own.RunAsync(sessionId, request, cancellationToken) is { } said)
            return new PromptAccepted("", Busy: false) { Said = said };
        var prompt = await commands.ExpandAsync(sessionId, request, cancellationToken);
        if (request.Command.TrimStart('/') is "goal")
            await goals.SetAsync(sessionId, request.Arguments, null, null, cancellationToken);

        var accepted = await loops.PromptAsync(sessionId, prompt, cancellationToken);
        log.Tell(new CommandExecuted(request.Command, request.Arguments, accepted.MessageId) { SessionId = sessionId });
        return accepted;
    }

    public Task<MessageWithParts> ShellAsync(string sessionId, ShellRequest request, CancellationToken cancellationToken) =>
        shell.RunAsync(sessionId, request, cancellationToken);

    public Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken) =>
        loops.WaitAsync(sessionId, messageId, cancellationToken);

    /// <summary>Stops a session and the sessions below it, also those that work in the background, with all that they started.</summary>
    public async Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken)
    {
        var stopped = await Task.WhenAll(loops.AbortAsync(sessionId, cancellationToken), subagents.CancelAllAsync(sessionId));
        return await jobs.KillAllAsync(owner => IsOrIsBelow(owner, sessionId)) || stopped.Contains(true);
    }

    private bool IsOrIsBelow(string? id, string ancestor)
    {
        while (id is not null && id != ancestor)
            id = store.Find(id)?.ParentId;
        return id is not null;
    }

    public Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken) =>
        loops.StatusAsync(cancellationToken);
}
