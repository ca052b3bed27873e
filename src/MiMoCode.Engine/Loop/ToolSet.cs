using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// Lets tools plan, asks the gates, runs, and stores results in order. Every call reaches a final state, whatever happens. The one
/// place where tools are decorated and their output is capped.
/// </summary>
internal sealed class ToolSet(
    IEnumerable<ITool> tools, IReadOnlyList<IToolGate> gates, OutputCap cap, SessionLog log, TimeProvider clock)
{
    private readonly Dictionary<string, ITool> byName = tools.ToDictionary(tool => tool.Definition.Name);

    public IEnumerable<ToolDefinition> Definitions => byName.Values.Select(tool => tool.Definition);

    public IEnumerable<string> Names => byName.Keys;

    /// <summary>
    /// Calls are planned in order, each after the effects of those before it; readers run together. Not null when a result ends the
    /// turn, and why.
    /// </summary>
    public async Task<StopReason?> RunAsync(Session session, IReadOnlyList<ToolPart> calls, CancellationToken cancellationToken)
    {
        var running = new List<Task<StopReason?>>();
        foreach (var call in calls)
        {
            if (byName.GetValueOrDefault(call.Tool) is not { } tool)
            {
                await FailAsync(session, call, new ToolException(Missing(call.Tool)), clock.GetUtcNow(), cancellationToken);
                continue;
            }

            var (plan, ended) = await PlanAsync(session, call, tool, cancellationToken);
            if (plan is null)
            {
                running.Add(Task.FromResult(ended));
                continue;
            }

            if (plan.Exclusive)
                await Task.WhenAll(running);
            var result = RunPlanAsync(session, call, plan, calls.Count > 1, cancellationToken);
            running.Add(result);
            if (plan.Exclusive)
                await result;
        }

        var ends = await Task.WhenAll(running);
        return ends.FirstOrDefault(end => end is not null);
    }

    /// <summary>No plan when the call may not or cannot run; it has its final state then.</summary>
    private async Task<(ToolPlan? Plan, StopReason? Ended)> PlanAsync(
        Session session, ToolPart call, ITool tool, CancellationToken cancellationToken)
    {
        var start = clock.GetUtcNow();
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            var plan = await tool.PlanAsync(call.State.Input, ContextOf(session, call, start), cancellationToken);
            foreach (var gate in gates)
            {
                if (await gate.DenyAsync(session, call, plan, cancellationToken) is { } reason)
                    throw new ToolException(reason);
            }

            return (plan, null);
        }
        catch (Exception error)
        {
            return (null, await FailAsync(session, call, error, start, cancellationToken));
        }
    }

    private async Task<StopReason?> RunPlanAsync(
        Session session, ToolPart call, ToolPlan plan, bool hasCompany, CancellationToken cancellationToken)
    {
        var (input, start) = (call.State.Input, clock.GetUtcNow());
        Event? begun = Updated(session, call, new ToolRunning(input, new ToolTime(start)));
        try
        {
            // That a writer runs is known before it has an effect. A reader has none: what it did at once is stored in one go.
            if (plan.Exclusive)
                await StoreBegunAsync();
            else if (hasCompany)
                await Task.Yield();
            var run = plan.RunAsync(cancellationToken);
            if (!run.IsCompleted)
                await StoreBegunAsync();
            var result = await cap.ApplyAsync(await run, session, cancellationToken);
            var completed = Updated(session, call, new ToolCompleted(
                input, result.Output, result.Title, Details.ToMetadata(result.Details), new ToolTime(start, clock.GetUtcNow()),
                result.Attachments is { Length: > 0 } files ? files : null));
            await log.StoreAsync(session, begun is null ? [completed] : [begun, completed]);
            return result.EndsTurn ? StopReason.Done : null;
        }
        catch (Exception error)
        {
            await StoreBegunAsync();
            return await FailAsync(session, call, error, start, cancellationToken);
        }

        async ValueTask StoreBegunAsync()
        {
            if (begun is null)
                return;
            var fact = begun;
            begun = null;
            await log.StoreAsync(session, fact);
        }
    }

    private ToolContext ContextOf(Session session, ToolPart call, DateTimeOffset start) =>
        new(session, call, details => log.Tell(Updated(session, call, new ToolRunning(
            call.State.Input, new ToolTime(start), Metadata: Details.ToMetadata(details)))));

    /// <summary>The border of tools: whatever one throws becomes a result that the model can read.</summary>
    private async Task<StopReason?> FailAsync(
        Session session, ToolPart call, Exception error, DateTimeOffset start, CancellationToken cancellationToken)
    {
        var text = cancellationToken.IsCancellationRequested ? Failures.Stopped : error.Message;
        if (error is not (ToolException or OperationCanceledException))
            log.TellError(session, error);
        await SetStateAsync(session, call, new ToolFailed(call.State.Input, text, new ToolTime(start, clock.GetUtcNow())));
        return error is ToolException { EndsTurn: true } ? StopReason.NeedsPerson : null;
    }

    private string Missing(string name) =>
        $"There is no tool called {name}. The tools are: {string.Join(", ", byName.Keys.Order(StringComparer.Ordinal))}.";

    private ValueTask SetStateAsync(Session session, ToolPart call, ToolState state) =>
        log.StoreAsync(session, Updated(session, call, state));

    private PartUpdated Updated(Session session, ToolPart call, ToolState state) =>
        new(call with { State = state }, clock.GetUtcNow()) { SessionId = session.Id };
}
