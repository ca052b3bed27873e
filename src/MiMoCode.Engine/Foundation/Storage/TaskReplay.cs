using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Brings what happened to tasks into a session that is imported, each thing after the message that it came after.</summary>
internal sealed class TaskReplay(string sessionId, IEnumerable<TaskChange> changes)
{
    private readonly ILookup<string, TaskChange> byMessage = changes.ToLookup(change => change.After ?? "", StringComparer.Ordinal);
    private TaskTree tree = new(sessionId);

    /// <summary>The facts that come after a message; null: those before all messages. Ask in the order of the messages.</summary>
    public IEnumerable<Event> After(string? messageId)
    {
        foreach (var change in byMessage[messageId ?? ""])
        {
            tree = tree.With(change);
            if (tree.Find(change.TaskId) is { } task)
                yield return TaskStore.FactOf(task, change);
        }

        if (byMessage.Contains(messageId ?? ""))
            yield return new TodoUpdated(tree.Todos) { SessionId = sessionId };
    }
}
