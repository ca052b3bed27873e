using System.Runtime.CompilerServices;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Output;

/// <summary>
/// A reply that the output limit cut off is not a silent end: the model is told when it had not come to act or to answer, and may try in
/// smaller pieces; an answer that has lost its end is told to the person.
/// </summary>
internal sealed class OutputLimitGate : IStepGate
{
    private const int Forgiven = 2;
    private readonly ConditionalWeakTable<Session, StrongBox<int>> cut = [];

    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        var inTurn = cut.GetOrCreateValue(step.Session);
        if (step.Number is 1)
            inTurn.Value = 0;
        if (step.Reason is not StopReason.OutputLimit)
            return new(Pass.Instance);

        var limit = step.Request.Model.OutputLimit is > 0 and var tokens ? $" of {tokens} tokens" : "";
        var hasCalls = step.Reply.Parts.Any(part => part is ToolPart);
        if (!hasCalls && step.Reply.Parts.OfType<TextPart>().Any(text => !string.IsNullOrWhiteSpace(text.Text)))
            return new(new Stop(StopReason.OutputLimit, $"The answer reached the model's output limit{limit} and lacks its end. Prompt it to go on."));
        return new(++inTurn.Value > Forgiven
            ? new Stop(StopReason.OutputLimit, $"The replies reached the model's output limit{limit} {inTurn.Value} times before they were whole, and nothing of the last one was run. Ask for smaller pieces.")
            : new GoOn("the output limit", $"Your reply reached the output limit{limit} and was cut off; no tool call in it was run. Do it in smaller pieces: think less, and write long files in several calls."));
    }
}
