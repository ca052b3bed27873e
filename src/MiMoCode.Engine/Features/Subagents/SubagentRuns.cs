using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>
/// Lets agents give work to other agents: each works in a child session of its own, with the same loop. What runs is written down,
/// so that a run which its process left open is settled at the next start and can be resumed.
/// </summary>
internal sealed class SubagentRuns(
    AgentCatalogue agents, SessionStore store, RunStore rows, Leases leases, Inbox inbox, SessionLog log, SubagentText text,
    Func<SessionLoops> loops, TimeProvider clock, int parallel = SubagentRuns.DefaultParallel, GiveTask? give = null) : IAsyncDisposable
{
    private const int DefaultParallel = 8, MostParallel = 64;

    /// <summary>How long a child may be silent before that is said.</summary>
    public static readonly TimeSpan Stalled = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(45);
    private readonly ConcurrentDictionary<string, LiveRun> live = new();
    private readonly SemaphoreSlim slots = new(Math.Clamp(parallel, 1, MostParallel));
    private volatile bool closing;

    /// <summary>Starts work in a new child session, or goes on in an earlier one; returns when it is written down.</summary>
    /// <exception cref="ToolException">There is no such agent or child, or the child is at work.</exception>
    public async Task<LiveRun> StartAsync(Session parent, RunRequest request, CancellationToken cancellationToken)
    {
        var child = request.Id is { } id ? await ReopenAsync(parent, id) : Child(parent, request);
        if (request.Task is { } task && give is not null)
            request = request with { Prompt = $"{request.Prompt.Trim()}\n\n{await give(parent, task, child.Id, cancellationToken)}" };
        if (request.Id is null)
            await store.CreateAsync(child, SessionKind.Subagent, log.Tell);
        var now = clock.GetUtcNow();
        var row = new RunRow(
            Ids.Of("run", clock), parent.Id, child.Id, request.CallId, child.Agent!, request.Context.ToString().ToLowerInvariant(),
            request.Background, leases.Instance, RunState.Running, now, now);
        var run = new LiveRun(child, row, new Returning(parent.Id, parent.Turn.Agent, parent.Turn.Model.Ref with { Variant = parent.Turn.Variant }));
        if (closing || !live.TryAdd(child.Id, run))
            throw new ToolException($"{child.Slug} is still at work. Wait for it, or tell it more with the action send.");
        await rows.AddAsync(row, cancellationToken);

        // Children of children work in the place of their parent: waiting for a place of their own they could wait for ever.
        run.Begin(DriveAsync(run, text.PromptOf(parent, request), takesPlace: parent.Info.ParentId is null));
        return run;
    }

    /// <summary>The children of a session that are at work.</summary>
    public ImmutableArray<LiveRun> LiveOf(string parentId) => [.. live.Values.Where(run => run.Row.ParentSession == parentId)];

    /// <summary>Everything a session has started, with the state it is in.</summary>
    public ImmutableArray<(SessionInfo Child, RunRow Run)> List(string parentId) =>
        [.. rows.OfParent(parentId).Select(run => (store.Find(run.SessionId), run)).Where(pair => pair.Item1 is not null).Select(pair => (pair.Item1!, pair.run))];

    /// <summary>A child by the name its parent knows it by.</summary>
    public (SessionInfo Child, RunRow Run, LiveRun? Live)? Find(string parentId, string name)
    {
        foreach (var (child, run) in List(parentId))
        {
            if (child.Slug == name || child.Id == name)
                return (child, run, live.GetValueOrDefault(child.Id));
        }

        return null;
    }

    /// <summary>What a child said last; empty when it has not said anything.</summary>
    public string LastWords(string childId) =>
        RunReport.TextOf(store.Page(childId, 8, null).Messages.LastOrDefault(entry => entry.Info is AssistantMessage));

    /// <summary>Tells a child that is at work something more.</summary>
    public Task SendAsync(LiveRun run, string message, CancellationToken cancellationToken) => inbox.EnqueueAsync(
        run.Child.Id, UserMessages.Create(run.Child.Id, run.Row.Agent, run.Back.Model, message, synthetic: true, clock),
        Delivery.NextStep, cancellationToken);

    /// <summary>Ends the children of a session and theirs, with the processes they started; true when there were any.</summary>
    public async Task<bool> CancelAllAsync(string parentId)
    {
        var runs = LiveOf(parentId);
        await Task.WhenAll(runs.Select(CancelAsync));
        return runs.Length > 0;
    }

    /// <summary>Ends a child and its own children; returns when their histories are settled.</summary>
    public async Task CancelAsync(LiveRun run)
    {
        await run.Stop.CancelAsync();
        await Task.WhenAll(run.Ended, CancelAllAsync(run.Child.Id));
    }

    /// <summary>Settles what processes that are gone have left open. Those who waited for a result find it said in their inbox.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        foreach (var row in rows.Open().Where(row => row.Instance is null || !leases.IsLiving(row.Instance)))
        {
            var end = new RunEnd(RunState.Interrupted, Error: "the program ended while it worked");
            if (row.Background && store.Find(row.SessionId) is { } child && PromptOf(row.ParentSession) is { } prompt)
                await TellParentAsync(row, child, new Returning(row.ParentSession, prompt.Agent, prompt.Model), end, cancellationToken);
            await rows.EndAsync(row.Id, end);
        }
    }

    /// <summary>Ends all runs; they are marked as interrupted, since nobody wanted them to end.</summary>
    public async ValueTask DisposeAsync()
    {
        closing = true;
        await Task.WhenAll(live.Values.Select(CancelAsync));
        slots.Dispose();
    }

    private async Task<RunEnd> DriveAsync(LiveRun run, string prompt, bool takesPlace)
    {
        await Task.Yield();
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(run, over.Token);
        var end = await WorkAsync(run, prompt, takesPlace);
        await over.CancelAsync();
        await watching;
        var tells = run.ReportsByItself && (closing || !run.Cancelled && !run.IsAwaited);
        if (tells)
            await TellParentAsync(run.Row, run.Child, run.Back, end, CancellationToken.None);
        await rows.EndAsync(run.Row.Id, end);
        live.TryRemove(run.Child.Id, out _);
        if (tells && !closing)
            await loops().StartAsync(run.Back.SessionId, CancellationToken.None);
        return end;
    }

    /// <summary>Tells the parent once when a child that it does not wait for has not got on for a while, and again after it did.</summary>
    private async Task WatchAsync(LiveRun run, CancellationToken over)
    {
        using var ticks = new Ticks(LookEvery, clock, over);
        try
        {
            while (await ticks.NextAsync())
            {
                var quiet = clock.GetUtcNow() - (store.Find(run.Child.Id) ?? run.Child).Time.Updated;
                if (quiet >= Stalled && run.ReportsByItself && !run.Silent.IsCompleted)
                {
                    var text = string.Create(CultureInfo.InvariantCulture, $"{run.Child.Slug} has not got on for {quiet.TotalMinutes:0} minutes. It may be at a long command, or stuck: look with status, tell it something with send, or end it with cancel.");
                    var message = UserMessages.Create(run.Back.SessionId, run.Back.Agent, run.Back.Model, text, synthetic: true, clock);
                    await inbox.EnqueueAsync(run.Back.SessionId, message, Delivery.NextStep, over);
                    run.FallSilent();
                    await loops().StartAsync(run.Back.SessionId, over);
                }
                else if (quiet < Stalled)
                {
                    run.GetOn();
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The child has ended.
        }
    }

    // A border: nobody may be waiting for a run in the background, so whatever goes wrong becomes its result.
    private async Task<RunEnd> WorkAsync(LiveRun run, string prompt, bool takesPlace)
    {
        var child = run.Child.Id;
        try
        {
            if (takesPlace)
                await slots.WaitAsync(run.Stop.Token);
            try
            {
                var message = UserMessages.Create(child, run.Row.Agent, run.Back.Model, prompt, synthetic: true, clock);
                await inbox.EnqueueAsync(child, message, Delivery.NextStep, run.Stop.Token);
                await loops().StartAsync(child, run.Stop.Token);
                return RunReport.Of(await loops().WaitAsync(child, message.Info.Id, run.Stop.Token));
            }
            finally
            {
                if (run.Stop.IsCancellationRequested)
                    await loops().AbortAsync(child, CancellationToken.None);
                if (takesPlace)
                    slots.Release();
            }
        }
        catch (OperationCanceledException) when (run.Stop.IsCancellationRequested)
        {
            return closing
                ? new RunEnd(RunState.Interrupted, Error: "the program ended while it worked")
                : new RunEnd(RunState.Cancelled);
        }
        catch (Exception error)
        {
            return new RunEnd(RunState.Failed, Error: error.Message);
        }
    }

    /// <summary>Puts the result into the parent's inbox; told twice it is there once.</summary>
    private Task TellParentAsync(RunRow row, SessionInfo child, Returning back, RunEnd end, CancellationToken cancellationToken)
    {
        var message = UserMessages.Create(
            back.SessionId, back.Agent, back.Model, SubagentText.ResultOf(child, end, LastWords(child.Id)), synthetic: true, clock);
        var id = "msg_" + row.Id["run_".Length..];
        var named = new MessageWithParts(
            message.Info with { Id = id }, [.. message.Parts.Select(part => part with { MessageId = id })]);
        return inbox.EnqueueAsync(back.SessionId, named, Delivery.NextStep, cancellationToken);
    }

    private SessionInfo Child(Session parent, RunRequest request)
    {
        var agent = agents.FindSubagent(request.Agent) ?? throw new ToolException(
            $"There is no agent called {request.Agent} that can be started. There are: {string.Join(", ", agents.Subagents().Select(a => a.Name))}.");
        var now = clock.GetUtcNow();
        var number = store.Children(parent.Id).Count(child => child.Agent == agent.Name) + 1;
        return parent.Info with
        {
            Id = Ids.Session(clock),
            Slug = $"{agent.Name.Replace('/', '-')}-{number}",
            ParentId = parent.Id,
            Title = request.Description,
            Agent = agent.Name,
            Cost = 0,
            Tokens = null,
            Summary = null,
            Share = null,
            Revert = null,
            Metadata = Starters.Write([.. Starters.Of(parent.Info), parent.Turn.Agent]),
            Time = new SessionTime(now, now),
        };
    }

    /// <summary>Goes on in an earlier child. Whoever resumes it now bounds it too, beside those who started it.</summary>
    private async Task<SessionInfo> ReopenAsync(Session parent, string name)
    {
        var child = Find(parent.Id, name)?.Child ?? throw new ToolException(
            $"There is no child called {name}. There are: {string.Join(", ", List(parent.Id).Select(each => each.Child.Slug))}.");
        if (Starters.Of(child).Contains(parent.Turn.Agent))
            return child;
        var bounded = child with { Metadata = Starters.Write([.. Starters.Of(child), parent.Turn.Agent]) };
        await store.StoreAsync(child.Id, new SessionUpdated(bounded) { SessionId = child.Id }, Durability.Committed, whenStored: log.Tell);
        return bounded;
    }

    private UserMessage? PromptOf(string sessionId) => store.Find(sessionId) is null
        ? null
        : store.Page(sessionId, 50, null).Messages.Select(entry => entry.Info).OfType<UserMessage>().LastOrDefault();
}

/// <summary>A piece of work for a subagent. With an id it goes on in that child, else a new one begins. Task: which of the tasks it is.</summary>
internal sealed record RunRequest(
    string Agent, string Prompt, string Description, string? Id, ParentContext Context, bool Background, string? CallId, string? Task = null);

/// <summary>Makes a task of a session that of one of its children, and says what the child is to know of it.</summary>
internal delegate Task<string> GiveTask(Session parent, string task, string childId, CancellationToken cancellationToken);

/// <summary>Who hears of the result, and as whom it goes on.</summary>
internal sealed record Returning(string SessionId, string Agent, ModelRef Model);

/// <summary>A run that this process drives.</summary>
internal sealed class LiveRun(SessionInfo child, RunRow row, Returning back)
{
    private int waiting;
    private volatile bool isLeft;
    private volatile TaskCompletionSource silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionInfo Child => child;

    public RunRow Row => row;

    public Returning Back => back;

    public CancellationTokenSource Stop { get; } = new();

    public bool Cancelled => Stop.IsCancellationRequested;

    /// <summary>Somebody waits for the result and gets it as that of a call; it need not come as a message too.</summary>
    public bool IsAwaited => Volatile.Read(ref waiting) > 0;

    /// <summary>How it ended; by then it is written down, and told where it was to be told.</summary>
    public Task<RunEnd> Ended { get; private set; } = Task.FromResult(new RunEnd(RunState.Failed));

    /// <summary>Nobody waits in a call: its result, and that it does not get on, go to the parent as messages.</summary>
    public bool ReportsByItself => Row.Background || isLeft;

    /// <summary>Completed while it has not got on for long and the parent has been told.</summary>
    public Task Silent => silent.Task;

    /// <summary>Whoever waited goes on without it.</summary>
    public void Leave() => isLeft = true;

    public void FallSilent() => silent.TrySetResult();

    public void GetOn()
    {
        if (silent.Task.IsCompleted)
            silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Begin(Task<RunEnd> work) => Ended = work;

    /// <summary>Waits for the end, for some time.</summary>
    /// <exception cref="TimeoutException">It works on.</exception>
    public async Task<RunEnd> WaitAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            return await Ended.WaitAsync(atMost, clock, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
