using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The tasks of root sessions: what happened to them is kept, and how they stand follows from it. So a point in the conversation has
/// its tasks, and taking the conversation back takes the tasks back with it.
/// </summary>
internal sealed class TaskStore(Database database, BlobStore blobs, TimeSpan archive)
{
    /// <summary>The tasks as they stood before a number; as they stand now when none is given.</summary>
    public TaskTree Tree(string rootId, long before = long.MaxValue) =>
        database.Read(connection => TaskRows.Tree(connection, Empty(rootId), before));

    /// <summary>What happened, with the number of its event.</summary>
    public ImmutableArray<(long Number, TaskChange Change)> Changes(string rootId) =>
        database.Read<ImmutableArray<(long, TaskChange)>>(connection => [.. TaskRows.Read(connection, rootId, long.MaxValue)]);

    /// <summary>
    /// Changes tasks, all or none; the tree afterwards. What is to happen is decided in the writer's turn, over the tasks of then, so
    /// that two agents who make tasks at the same time do not make the same one.
    /// </summary>
    /// <param name="rootId">Whose tasks they are.</param>
    /// <param name="decide">What is to happen; what it throws comes out here, and nothing has changed.</param>
    /// <param name="under">The lease it is written under.</param>
    /// <param name="whenStored">Called on the writer, in the order of the numbers. Must not block.</param>
    public async Task<TaskTree> ChangeAsync(
        string rootId, Func<TaskTree, IEnumerable<TaskChange>> decide, Lease? under, Action<NumberedEvent> whenStored)
    {
        var written = await database.WriteAsync(
            connection =>
            {
                under?.Check(connection);
                return Write(connection, rootId, decide);
            },
            written =>
            {
                foreach (var fact in written.Facts)
                    whenStored(fact);
            },
            Durability.Committed, CancellationToken.None);
        return written.Tree;
    }

    private (TaskTree Tree, ImmutableArray<NumberedEvent> Facts) Write(
        Connection connection, string rootId, Func<TaskTree, IEnumerable<TaskChange>> decide)
    {
        var tree = TaskRows.Tree(connection, Empty(rootId), long.MaxValue);
        var facts = ImmutableArray.CreateBuilder<NumberedEvent>();
        foreach (var change in decide(tree))
        {
            tree = tree.With(change);
            if (tree.Find(change.TaskId) is { } task)
                Add(FactOf(task, change));
        }

        if (facts.Count > 0)
            Add(new TodoUpdated(tree.Todos) { SessionId = rootId });
        return (tree, facts.ToImmutable());

        void Add(SessionEvent fact) =>
            facts.Add(new NumberedEvent(FactWriter.Write(connection, StoredFact.Of(fact, blobs, database.Clock.GetUtcNow())), fact));
    }

    /// <summary>The fact that tells of a change.</summary>
    public static SessionEvent FactOf(AgentTask task, TaskChange change) => change.Kind is TaskChangeKind.Created
        ? new TaskCreated(task) { SessionId = task.SessionId }
        : new TaskUpdated(task, change.Kind, change.Text.Length > 0 ? change.Text : null) { SessionId = task.SessionId };

    private TaskTree Empty(string rootId) => new(rootId) { Archive = archive };
}
