using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>Ends a turn when its agent has taken as many steps as it may.</summary>
internal sealed class StepLimit : IStepGate
{
    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken) => new(
        !step.ModelIsDone && step.Session.Turn.MaxSteps is { } most && step.Number >= most
            ? new Stop(StopReason.Budget, $"The agent took the {most} steps it may take in a turn. Prompt it to go on.")
            : Pass.Instance);
}
