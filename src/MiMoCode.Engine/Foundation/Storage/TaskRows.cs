using System.Collections.Immutable;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>What happened to tasks, row by row, inside a transaction or a read.</summary>
internal static class TaskRows
{
    private static readonly (TaskChangeKind Kind, string Name)[] Kinds =
    [
        (TaskChangeKind.Created, "created"), (TaskChangeKind.Started, "started"), (TaskChangeKind.Unstarted, "unstarted"),
        (TaskChangeKind.Blocked, "blocked"), (TaskChangeKind.Unblocked, "unblocked"), (TaskChangeKind.Done, "done"),
        (TaskChangeKind.Abandoned, "abandoned"), (TaskChangeKind.Renamed, "renamed"), (TaskChangeKind.Noted, "noted"),
        (TaskChangeKind.Owned, "owned"),
    ];

    /// <summary>Writes what a fact says has happened, under the number of its event.</summary>
    public static long? Write(Connection connection, SessionEvent fact, long number)
    {
        var (task, kind, text) = fact switch
        {
            TaskCreated created => (created.Task, TaskChangeKind.Created, created.Task.Summary),
            TaskUpdated { Kind: TaskChangeKind.Renamed } renamed => (renamed.Task, renamed.Kind, renamed.Task.Summary),
            TaskUpdated { Kind: TaskChangeKind.Owned } owned => (owned.Task, owned.Kind, owned.Task.Owner ?? ""),
            TaskUpdated updated => (updated.Task, updated.Kind, updated.Text ?? ""),
            _ => throw new ArgumentException($"{fact.Type} speaks of no task.", nameof(fact)),
        };

        // How it is again follows from the rows that were left.
        if (kind is TaskChangeKind.Reverted)
            return null;
        connection.Run(
            "INSERT INTO task_event (id, session_id, task_id, at, kind, summary) VALUES (?, ?, ?, ?, ?, ?)",
            number, fact.SessionId, task.Id, Cell.FromTime(task.LastEventAt), Kinds.First(known => known.Kind == kind).Name, text);
        return number;
    }

    /// <summary>What happened before a number, in its order.</summary>
    public static List<(long Number, TaskChange Change)> Read(Connection connection, string sessionId, long before)
    {
        var changes = new List<(long, TaskChange)>();
        using var rows = connection.Query(
            "SELECT id, task_id, kind, summary, at FROM task_event WHERE session_id = ? AND id < ? ORDER BY id", sessionId, before);
        while (rows.Next())
        {
            var name = rows.Text(2);
            if (Kinds.FirstOrDefault(known => known.Name == name) is { Name: not null } kind)
                changes.Add((rows.Number(0), new TaskChange(rows.Text(1), kind.Kind, rows.Text(3), rows.Time(4))));
        }

        return changes;
    }

    public static TaskTree Tree(Connection connection, TaskTree empty, long before) =>
        Read(connection, empty.SessionId, before).Aggregate(empty, (tree, row) => tree.With(row.Change));

    /// <summary>What happened, each with the message that it came after; null when nothing did.</summary>
    public static ImmutableArray<TaskChange>? Export(Connection connection, string sessionId)
    {
        var changes = Read(connection, sessionId, long.MaxValue);
        return changes.Count is 0 ? null :
        [
            .. from row in changes
               select row.Change with
               {
                   After = connection.Text("SELECT id FROM message WHERE session_id = ? AND seq < ? ORDER BY seq DESC LIMIT 1", sessionId, row.Number),
               },
        ];
    }

    /// <summary>Takes back what happened from a number on; the facts that tell of it.</summary>
    public static IEnumerable<SessionEvent> Revert(Connection connection, string sessionId, long point)
    {
        var empty = new TaskTree(sessionId);
        var (now, then) = (Tree(connection, empty, long.MaxValue), Tree(connection, empty, point));
        if (connection.Run("DELETE FROM task_event WHERE session_id = ? AND id >= ?", sessionId, point) is 0)
            return [];
        return
        [
            .. from task in now.Tasks
               let before = then.Find(task.Id)
               where before != task
               select before is null
                   ? (SessionEvent)new TaskRemoved(task.Id) { SessionId = sessionId }
                   : new TaskUpdated(before, TaskChangeKind.Reverted) { SessionId = sessionId },
            new TodoUpdated(then.Todos) { SessionId = sessionId },
        ];
    }
}
