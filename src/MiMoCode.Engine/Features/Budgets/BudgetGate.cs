using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>Ends a turn when a budget is used up, and says once when four fifths of it are. A turn that is done stays done.</summary>
internal sealed class BudgetGate(BudgetBook book, Action<Event> tell) : IStepGate
{
    public async ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        // A request that was not made is no step.
        if (!book.IsOn || step.Reason is StopReason.Budget)
            return Pass.Instance;
        var (usedUp, nearly) = await book.CountAsync(step, cancellationToken);
        foreach (var use in nearly)
            tell(new SessionWarning(use.Warning) { SessionId = step.Session.Id });
        return usedUp is null || step.ModelIsDone ? Pass.Instance : new Stop(StopReason.Budget, usedUp.End);
    }
}
