using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>
/// A turn whose last calls were refused because nobody was there to ask has not come to its end: a person is needed. A model that found
/// another way after a refusal, and used it, is done.
/// </summary>
internal sealed class NobodyToAsk : IStepGate
{
    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        if (!step.ModelIsDone)
            return new(Pass.Instance);
        var last = step.Session.History.FindLast(entry => entry.Parts.Any(part => part is ToolPart) || entry.Info is UserMessage);
        var refused = last?.Parts.OfType<ToolPart>().Select(call => call.State).OfType<ToolFailed>().FirstOrDefault(IsRefusal);
        return new(refused is null ? Pass.Instance : new Stop(StopReason.NeedsPerson, $"A person is needed. {FirstLine(refused.Error)}"));
    }

    private static bool IsRefusal(ToolFailed failed) =>
        failed.Error.StartsWith("Refused: ", StringComparison.Ordinal) && failed.Error.EndsWith($"{Asker.Nobody}.", StringComparison.Ordinal);

    private static string FirstLine(string text) => text.Split('\n', 2)[0];
}
