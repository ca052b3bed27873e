using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.App.Cli;

/// <summary>
/// Holds back what was said until the reply is over: a reply that breaks off is asked for again, and what cannot be taken back from a
/// pipe must not have been printed.
/// </summary>
internal sealed class HeldText(IRunPrinter inner) : IRunPrinter
{
    private readonly List<PartUpdated> held = [];

    public async ValueTask ShowAsync(Event happened)
    {
        switch (happened)
        {
            case PartUpdated { Part: TextPart { Time.End: not null } or ReasoningPart { Time.End: not null } } said:
                held.Add(said);
                return;
            case PartRemoved removed:
                held.RemoveAll(said => said.Part.Id == removed.PartId);
                break;
            case PartUpdated { Part: StepFinishPart end }:
                await ReleaseAsync(said => said.Part.MessageId == end.MessageId);
                break;
            case SessionIdle idle:
                await ReleaseAsync(said => said.SessionId == idle.SessionId);
                break;
        }

        await inner.ShowAsync(happened);
    }

    private async ValueTask ReleaseAsync(Func<PartUpdated, bool> isOver)
    {
        foreach (var said in held.Where(isOver).ToList())
        {
            held.Remove(said);
            await inner.ShowAsync(said);
        }
    }
}
