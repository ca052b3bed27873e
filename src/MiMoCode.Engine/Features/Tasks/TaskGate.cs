using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>
/// Sends an agent back that stops while tasks are open which it took up in this turn. Tasks of earlier turns are left alone: the user
/// may have asked for something else. An agent that answers with words alone means it, and is let go.
/// </summary>
/// <param name="book">The tasks.</param>
/// <param name="sessions">Where messages stand.</param>
/// <param name="isCovered">The session waits for results, or somebody else judges whether it is done.</param>
/// <param name="assets">What the agent is told.</param>
internal sealed class TaskGate(TaskBook book, SessionStore sessions, Func<string, bool> isCovered, Assets assets) : IStepGate
{
    private const string ReminderId = "tasks";
    private const int MostOfMain = 3, MostOfSubagent = 2;

    public ValueTask<Verdict> AfterStepAsync(Step step, CancellationToken cancellationToken)
    {
        var session = step.Session;
        if (!step.ModelIsDone || step.Request.Tools.All(tool => tool.Name is not TaskTool.Name) || isCovered(session.Id))
            return new(Pass.Instance);

        var said = session.History.FindLastIndex(IsOfPerson);
        var reminders = session.History.Skip(said + 1).Count(IsReminder);
        var isLastWord = session.History.Count > 1 && IsReminder(session.History[^2]);
        if (isLastWord || reminders >= (session.Id == session.RootId ? MostOfMain : MostOfSubagent))
            return new(Pass.Instance);

        var left = Left(session, said < 0 ? null : session.History[said].Info.Id);
        return left.Count is 0
            ? new(Pass.Instance)
            : new(new GoOn("open tasks", Reminder.Format(ReminderId, assets.Read("prompts/open-tasks.md", ("tasks", TaskLedger.Lines(left).TrimEnd())).Trim())));
    }

    /// <summary>What the turn took up and has not ended; of a subagent, what it was given.</summary>
    private List<AgentTask> Left(Session session, string? promptId)
    {
        var open = book.Tree(session.RootId).Tasks.Where(task => task.Status is TaskState.Open or TaskState.InProgress).ToList();
        if (open.Count is 0)
            return open;
        if (session.Id != session.RootId)
            return [.. open.Where(task => task.Owner == session.Id)];
        var since = promptId is null ? 0 : sessions.FindSeq(session.Id, promptId) ?? 0;
        var touched = book.TouchedSince(session.RootId, since);
        return [.. open.Where(task => touched.Contains(task.Id) && task.Owner is null)];
    }

    private static bool IsOfPerson(MessageWithParts message) => message.Info is UserMessage
        && message.Parts.Any(part => part is not TextPart { Synthetic: true } and not CheckpointPart);

    private static bool IsReminder(MessageWithParts message) => message.Info is UserMessage
        && message.Parts.OfType<TextPart>().Any(part => part.Synthetic is true && Reminder.IdOf(part) is ReminderId);
}
