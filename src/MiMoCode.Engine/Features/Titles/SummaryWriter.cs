using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Titles;

/// <summary>
/// Writes what a turn did beside its prompt, for clients that list turns: by the small model, once the session is idle, and only where
/// there is such a model and the turn did something. Where nobody stays the program would only wait for it.
/// </summary>
internal sealed class SummaryWriter(
    SessionStore store, Subagents.Subagents subagents, SessionOpener open, TitleTurn turn, BackgroundTasks background, SessionLog log)
{
    private const string Agent = "summary";
    private const int LongestTurn = 12_000, LongestSummary = 600, MostOutput = 1_000;

    public void Publish(NumberedEvent told)
    {
        if (told.Event is SessionIdle { SessionId: var id } && store.Find(id) is { ParentId: null })
            background.TryStart($"summary:{id}", stopping => SumUpAsync(id, stopping));
    }

    private async Task SumUpAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (store.Page(sessionId, 1, null).Messages is not [{ Info: AssistantMessage { Error: null } last }] || turn(new ModelRef(last.ProviderId, last.ModelId)) is not { } small)
            return;
        var session = open(sessionId);
        var at = session.History.FindLastIndex(IsOfPerson);
        if (at < 0 || session.History[at].Info is not UserMessage { Summary: null } prompt
            || !session.History.Skip(at).SelectMany(entry => entry.Parts).OfType<ToolPart>().Any(call => call.State is ToolCompleted))
            return;
        session.Turn = small;
        var prefix = new ModelRequest
        {
            Model = small.Model, System = subagents.InstructionsOf(Agent), Messages = [], Tools = [], SessionId = session.Id, Variant = small.Variant,
        };
        var text = ConversationText.Of(session.History.Skip(at), LongestTurn);
        var reply = await subagents.AskAsync(new HiddenQuestion(session, prefix, text, Purpose.Writer, Agent, "Summary", MostOutput), cancellationToken);

        // What was taken back meanwhile does not come back by being summed up.
        if (reply.Failure is null && reply.Text.Trim() is { Length: > 0 } summary && store.FindMessage(sessionId, prompt.Id) is not null)
        {
            var summed = prompt with { Summary = new TurnSummary([], Body: summary.Length <= LongestSummary ? summary : summary[..LongestSummary] + "…") };
            await store.StoreAsync(sessionId, new MessageUpdated(summed) { SessionId = sessionId }, Durability.Committed, whenStored: log.Tell);
        }
    }

    private static bool IsOfPerson(MessageWithParts entry) =>
        entry.Info is UserMessage && entry.Parts.OfType<TextPart>().Any(part => part.Synthetic is not true);
}
