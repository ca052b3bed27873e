using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Loop;

/// <summary>Opens a session in memory from what is stored; throws a <see cref="UserException"/> when there is none.</summary>
internal delegate Session SessionOpener(string sessionId);

/// <summary>What is done with a session while its lease is held. Never throws.</summary>
internal delegate Task<Outcome> SessionWork(Session session, CancellationToken cancellationToken);

/// <summary>
/// Owns the runs of all sessions in this process: starts one when a prompt needs it, under a lease so that no other process drives
/// the same session, and ends them when the workspace closes.
/// </summary>
internal sealed class SessionLoops(
    AgentLoop loop,
    PromptReader prompts,
    Inbox inbox,
    SessionStore store,
    Leases leases,
    RevertedTail reverted,
    SessionLog log,
    SessionOpener open,
    TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Dictionary<string, Run> running = [];
    private readonly Dictionary<string, Ending> endings = [];
    private bool closing;

    public async Task<PromptAccepted> PromptAsync(string sessionId, PromptRequest request, CancellationToken cancellationToken)
    {
        var message = await prompts.ReadAsync(sessionId, request, cancellationToken);
        await inbox.EnqueueAsync(sessionId, message, request.Delivery ?? Delivery.NextStep, cancellationToken);
        return request.NoReply is true
            ? new PromptAccepted(message.Info.Id, IsRunning(sessionId))
            : new PromptAccepted(message.Info.Id, !await StartAsync(sessionId, cancellationToken));
    }

    public async Task<TurnEnd> WaitAsync(string sessionId, string messageId, CancellationToken cancellationToken)
    {
        // A run may end just before the message came in; then another one takes it.
        while (true)
        {
            if (Find(sessionId) is { } run)
            {
                var outcome = await run.Ended.WaitAsync(cancellationToken);
                if (!run.IsFollowed && !inbox.IsWaiting(sessionId, messageId))
                    return new TurnEnd(outcome.Reason, outcome.Text, FindReply(sessionId));
            }
            else if (!inbox.IsWaiting(sessionId, messageId) && !leases.IsHeld(Leases.OfSession(sessionId)))
            {
                return EndOf(sessionId);
            }

            // Another process drives the session; there is nothing in this one to wait on.
            if (Find(sessionId) is null)
                await Task.Delay(LookAgain, clock, cancellationToken);
        }
    }

    public async Task<bool> AbortAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (Find(sessionId) is not { } run)
            return false;
        await run.Stop.CancelAsync();
        await run.Ended.WaitAsync(cancellationToken);
        return true;
    }

    public Task<ImmutableDictionary<string, SessionStatus>> StatusAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(running.Keys.ToImmutableDictionary(id => id, SessionStatus (_) => new SessionIsBusy()));
    }

    /// <summary>Starts a run unless one is going on here or in another process; true when it did.</summary>
    public Task<bool> StartAsync(string sessionId, CancellationToken cancellationToken) => StartAsync(sessionId, loop.RunAsync, cancellationToken);

    /// <summary>
    /// Starts other work on a session in the place of its loop, unless somebody drives it; true when it did. What is prompted meanwhile
    /// is answered afterwards.
    /// </summary>
    public async Task<bool> StartAsync(string sessionId, SessionWork work, CancellationToken cancellationToken)
    {
        if (IsRunning(sessionId) || await leases.TryAcquireAsync(Leases.OfSession(sessionId), cancellationToken) is not { } lease)
            return false;
        lock (gate)
        {
            if (!closing)
            {
                var run = new Run(lease);
                running[sessionId] = run;
                run.Begin(RunAsync(sessionId, run, work));
                return true;
            }
        }

        await leases.ReleaseAsync(lease);
        return false;
    }

    /// <summary>Stops every run and waits until each has left a valid history.</summary>
    public async ValueTask DisposeAsync()
    {
        Run[] left;
        lock (gate)
        {
            closing = true;
            left = [.. running.Values];
        }

        foreach (var run in left)
            await run.Stop.CancelAsync();
        await Task.WhenAll(left.Select(run => run.Ended));
    }

    /// <summary>True while this process drives the session.</summary>
    public bool IsRunning(string sessionId) => Find(sessionId) is not null;

    private Run? Find(string sessionId)
    {
        lock (gate)
            return running.GetValueOrDefault(sessionId);
    }

    private async Task<Outcome> RunAsync(string sessionId, Run run, SessionWork work)
    {
        await Task.Yield();
        var outcome = new Outcome(StopReason.Failed);
        try
        {
            if (store.Find(sessionId) is { } info)
                await reverted.RemoveAsync(info, run.Lease, log.Told);
            var session = open(sessionId);
            session.Lease = run.Lease;
            await Recovery.SettleAsync(session, log, clock);
            outcome = await work(session, run.Stop.Token);
        }
        finally
        {
            var ending = new Ending(outcome, FindReply(sessionId)?.Info.Id);
            await leases.ReleaseAsync(run.Lease);
            lock (gate)
            {
                running.Remove(sessionId);
                endings[sessionId] = ending;
            }
        }

        // What came in between "nothing waits" and "not running any more" has found nobody to take it.
        if (outcome.Reason is StopReason.Done && inbox.IsWaiting(sessionId))
            run.IsFollowed = await StartAsync(sessionId, CancellationToken.None);
        return outcome;
    }

    private MessageWithParts? FindReply(string sessionId) =>
        store.Page(sessionId, 8, null).Messages.LastOrDefault(entry => entry.Info is AssistantMessage);

    /// <summary>How the last run ended: as it said, if it was here and nothing came after it; else as its reply tells.</summary>
    private TurnEnd EndOf(string sessionId)
    {
        var reply = FindReply(sessionId);
        lock (gate)
        {
            if (endings.TryGetValue(sessionId, out var ending) && ending.ReplyId == reply?.Info.Id)
                return new TurnEnd(ending.Outcome.Reason, ending.Outcome.Text, reply);
        }

        var info = reply?.Info as AssistantMessage;
        return new TurnEnd(info?.Finish ?? StopReason.Aborted, info?.Error?.Data.Message, reply);
    }

    /// <summary>What came of a run, and the newest reply when it ended.</summary>
    private readonly record struct Ending(Outcome Outcome, string? ReplyId);

    private sealed class Run(Lease lease)
    {
        public Lease Lease => lease;

        public CancellationTokenSource Stop { get; } = new();

        /// <summary>Another run has taken what came in at its end.</summary>
        public bool IsFollowed { get; set; }

        public Task<Outcome> Ended { get; private set; } = Task.FromResult(new Outcome(StopReason.Done));

        public void Begin(Task<Outcome> task) => Ended = task;
    }
}
