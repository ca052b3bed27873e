using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>Settles what a process that ended without warning left open: every call and every reply gets its final state.</summary>
internal static class Recovery
{
    /// <summary>What a call failed with when the program ended meanwhile.</summary>
    public const string CallText =
        "Interrupted: the program ended while this ran. It may have had its effect or not: look before you do it again.";

    public static async ValueTask SettleAsync(Session session, SessionLog log, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        foreach (var entry in session.History)
        {
            if (entry.Info is not AssistantMessage reply)
                continue;

            var open = entry.Parts.OfType<ToolPart>().Where(call => !call.State.IsFinal);
            List<Event> facts =
            [
                .. open.Select(call => new PartUpdated(
                    call with { State = new ToolFailed(call.State.Input, CallText, TimeOf(call.State, now)) }, now) { SessionId = session.Id }),
            ];
            if (reply.Finish is null)
                facts.Add(new MessageUpdated(Interrupted(reply, now)) { SessionId = session.Id });
            if (facts.Count > 0)
                await log.StoreAsync(session, [.. facts]);
        }
    }

    private static AssistantMessage Interrupted(AssistantMessage reply, DateTimeOffset now) => reply with
    {
        Finish = StopReason.Aborted,
        Error = MessageError.Of(MessageError.Aborted, "The program ended while the reply was coming in."),
        Time = reply.Time with { Completed = now },
    };

    private static ToolTime TimeOf(ToolState state, DateTimeOffset now) =>
        new(state is ToolRunning running ? running.Time.Start : now, now);
}
