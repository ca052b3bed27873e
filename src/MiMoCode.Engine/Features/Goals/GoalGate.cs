using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Goals;

/// <summary>
/// When the model thinks it is done, a judge who took no part decides whether the session's goal is met, and may send it back. A
/// judge that fails lets nothing pass: a person has to look.
/// </summary>
internal sealed class GoalGate(GoalBook goals, GoalJudge judge, SubagentRuns runs) : IStepGate
{
    /// <summary>How often an agent is sent back for one goal.</summary>
    public const int MostRounds = 12;

    public async ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        var session = step.Session;
        if (!step.ModelIsDone || session.Info.ParentId is not null || goals.Find(session.Id) is not { State: GoalState.Open } goal)
            return Pass.Instance;

        // It waits for results that will come as messages: there is nothing to judge yet.
        if (runs.LiveOf(session.Id).Length > 0)
            return Pass.Instance;
        var judgement = await judge.JudgeAsync(step, goal, cancellationToken);
        return judgement.Ruling switch
        {
            GoalRuling.Met => await EndAsync(session, goal with { State = GoalState.Met, Reason = judgement.Reason }, Pass.Instance, cancellationToken),
            GoalRuling.Impossible => await EndAsync(
                session, goal with { State = GoalState.Impossible, Reason = judgement.Reason },
                new Stop(StopReason.NeedsPerson, $"The goal cannot be met: {judgement.Reason}"), cancellationToken),
            GoalRuling.NotMet => await SendBackAsync(session, goal with { Round = goal.Round + 1, Reason = judgement.Reason }, cancellationToken),
            _ => await EndAsync(
                session, goal with { Reason = $"not judged: {judgement.Reason}" },
                new Stop(StopReason.NeedsPerson, $"The goal was not judged: {judgement.Reason} It stays open; the next prompt tries again."), cancellationToken),
        };
    }

    private async ValueTask<Verdict> SendBackAsync(Session session, Goal goal, CancellationToken cancellationToken)
    {
        if (goal.Round > MostRounds)
        {
            return await EndAsync(
                session, goal with { State = GoalState.Unmet },
                new Stop(StopReason.NeedsPerson, $"The goal is not met after {MostRounds} rounds: {goal.Reason}"), cancellationToken);
        }

        await goals.StoreAsync(session.Id, goal, cancellationToken);
        if (goals.Exhausted(session.Id, goal) is { } limit)
            return new Stop(StopReason.Budget, $"The goal is not met, and {limit}: {goal.Reason}");
        var text = $"The goal is not met yet (round {goal.Round} of {MostRounds}).\nGoal: {goal.Condition}\nWhat is missing: {goal.Reason}\nGo on until it is met. If it cannot be met, say why.";
        return new GoOn("goal", text) { AtMost = MostRounds };
    }

    private async ValueTask<Verdict> EndAsync(Session session, Goal goal, Verdict verdict, CancellationToken cancellationToken)
    {
        await goals.StoreAsync(session.Id, goal, cancellationToken);
        return verdict;
    }
}
