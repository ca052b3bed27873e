using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>The tasks of sessions, for tools, doors and rebuilt windows. They belong to the root session; its subagents share them.</summary>
internal sealed class TaskBook(TaskStore store, SessionStore sessions, ProgressFiles progress, SessionLog log, TimeProvider clock)
{
    /// <summary>The tasks as they stand; while the end of the conversation is taken back, as they stood there.</summary>
    /// <exception cref="UserException">There is no such session.</exception>
    public TaskTree Tree(string sessionId)
    {
        var info = sessions.Find(sessionId) ?? throw UserException.NotFound("session", sessionId);
        var root = sessions.FindPlace(sessionId)!.Value.RootId;
        return info.Revert is { } revert && sessions.FindSeq(sessionId, revert.MessageId) is { } point
            ? store.Tree(root, point)
            : store.Tree(root);
    }

    /// <summary>The tasks that people and models are shown: those that ended long ago are put away.</summary>
    public ImmutableArray<AgentTask> List(string sessionId, bool all = false)
    {
        var tree = Tree(sessionId);
        return all ? tree.Tasks : Present(tree);
    }

    /// <summary>Those of a tree that are not put away yet: not ended, ended lately, or with such parts.</summary>
    public ImmutableArray<AgentTask> Present(TaskTree tree)
    {
        var now = clock.GetUtcNow();
        return [.. tree.Tasks.Where(task => !IsAway(task, now) || tree.Below(task.Id).Any(part => !IsAway(part, now)))];
    }

    /// <summary>What happened to a task, in its order.</summary>
    public ImmutableArray<TaskChange> ChangesOf(string rootId, string taskId) =>
        [.. store.Changes(rootId).Select(row => row.Change).Where(change => change.TaskId == taskId)];

    /// <summary>The tasks that something happened to from a message on.</summary>
    public ImmutableHashSet<string> TouchedSince(string rootId, long number) =>
        [.. store.Changes(rootId).Where(row => row.Number >= number).Select(row => row.Change.TaskId)];

    /// <summary>Changes tasks for a session and brings their files up to date; the tree afterwards.</summary>
    public async Task<TaskTree> ChangeAsync(
        Session session, Func<TaskTree, IEnumerable<TaskChange>> decide, CancellationToken cancellationToken)
    {
        ImmutableArray<string> changed = [];
        var tree = await store.ChangeAsync(
            session.RootId,
            tree =>
            {
                var changes = decide(tree).ToList();
                changed = [.. changes.Select(change => change.TaskId).Distinct()];
                return changes;
            },
            session.Lease, log.Told);
        foreach (var id in changed)
            await progress.BringUpToDateAsync(tree.Find(id), session.RootId, ChangesOf(session.RootId, id), cancellationToken);
        return tree;
    }

    /// <summary>Makes a task that of a subagent, which begins to work on it; what the subagent is told.</summary>
    /// <exception cref="ToolException">There is no such task, it has ended, or another subagent has it.</exception>
    public async Task<string> GiveAsync(Session parent, string taskId, string childId, CancellationToken cancellationToken)
    {
        var tree = await ChangeAsync(parent, tree => TaskDecision.Give(tree, parent, taskId, childId, clock.GetUtcNow()), cancellationToken);
        var task = TaskDecision.Find(tree, taskId);
        return $"This is task {task.Id} ({task.Summary}), and it is yours now. Set it to done with the task tool when it is; say in your report what is left when it is not.";
    }

    /// <summary>Brings the files of tasks up to date after a part of the conversation was taken back.</summary>
    public async Task RewriteAsync(string rootId, string taskId, CancellationToken cancellationToken) =>
        await progress.RewriteAsync(store.Tree(rootId).Find(taskId), taskId, rootId, ChangesOf(rootId, taskId), cancellationToken);

    private static bool IsAway(AgentTask task, DateTimeOffset now) => task.CleanupAfter is { } time && time <= now;
}
