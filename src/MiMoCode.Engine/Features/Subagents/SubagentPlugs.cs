using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>Names the agents that can be started, to those who can start them.</summary>
internal sealed class SubagentListSource(AgentCatalogue agents, int depth) : IContextSource
{
    private const int TokenCap = 1_000;

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var lines = ActorTool.IsOffered(session.Info, depth) && session.Turn.Offers(ActorTool.Name)
            ? agents.Subagents().Select(agent => $"- {agent.Name}: {agent.Description}").ToList()
            : [];
        if (lines.Count > 0)
            request.Add("subagents", $"# Agents that the tool {ActorTool.Name} can start\n{string.Join('\n', lines)}", TokenCap);
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// Where nobody would come back to a session that is idle, its end waits for the results of what runs in the background: they are in
/// the inbox then, and the turn goes on with them. It does not wait for one that is silent for long: the agent has been told.
/// </summary>
internal sealed class BackgroundRunsGate(SubagentRuns runs) : IStepGate
{
    public async ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        if (step.ModelIsDone && runs.LiveOf(step.Session.Id) is { Length: > 0 } live)
            await Task.WhenAny(live.SelectMany(run => new[] { run.Ended, run.Silent })).WaitAsync(cancellationToken);
        return Pass.Instance;
    }
}
