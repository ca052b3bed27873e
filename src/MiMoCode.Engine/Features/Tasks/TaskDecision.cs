using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>What a call comes to, given the tasks as they stand. Deciding has no effect, so that it can be done again in the writer's turn.</summary>
internal sealed class TaskDecision(TaskArgs args, Session session, DateTimeOffset now)
{
    private const int MostTasks = 500, DeepestTask = 4, LongestSummary = 300, LongestNote = 4_000, MostAtOnce = 50;
    private readonly string note = Shorten(args.Note?.Trim() ?? "", LongestNote);

    /// <summary>The changes, in their order.</summary>
    /// <exception cref="ToolException">The call cannot work; says what to do instead.</exception>
    public List<TaskChange> Decide(TaskTree tree) => args.Action switch
    {
        TaskAction.Create => Create(tree),
        TaskAction.Rename => [Change(Only(tree), TaskChangeKind.Renamed, SummaryOf(args.Summary))],
        TaskAction.Note => [Change(Only(tree), TaskChangeKind.Noted, note.Length > 0 ? note : throw new ToolException("note is missing: what to keep with the task."))],
        TaskAction.Block when note.Length is 0 => throw new ToolException("note is missing: say what the task waits for."),
        TaskAction.Done => Each(tree, task => Done(tree, task)),
        TaskAction.Abandon => Each(tree, task => Abandon(tree, task)),
        TaskAction.Start => Each(tree, task => [.. Parents(tree, task), Change(task, TaskChangeKind.Started, note)]),
        TaskAction.Unstart => Each(tree, task => [Change(task, TaskChangeKind.Unstarted, note)]),
        TaskAction.Block => Each(tree, task => [Change(task, TaskChangeKind.Blocked, note)]),
        TaskAction.Unblock => Each(tree, task => [Change(task, TaskChangeKind.Unblocked, note)]),
        _ => [],
    };

    /// <summary>A task by its id.</summary>
    public static AgentTask Find(TaskTree tree, string? id)
    {
        if (string.IsNullOrWhiteSpace(id))
            throw new ToolException("id is missing: the task, as T2 or T2.1. Use list to see them.");
        if (tree.Find(id.Trim()) is { } task)
            return task;
        if (tree.IsEmpty)
            throw new ToolException($"There is no task {id}: there are none yet. Make them with create.");
        var known = string.Join(", ", tree.Tasks.Where(task => !TaskTree.HasEnded(task)).Take(12).Select(task => task.Id));
        throw new ToolException($"There is no task {Shorten(id, 40)}. {(known.Length > 0 ? $"Not ended: {known}." : "All have ended.")} Use list to see them.");
    }

    /// <summary>The changes by which a task becomes that of a subagent.</summary>
    /// <exception cref="ToolException">It cannot be given away.</exception>
    public static List<TaskChange> Give(TaskTree tree, Session parent, string taskId, string childId, DateTimeOffset now)
    {
        var task = Find(tree, taskId);
        if (TaskTree.HasEnded(task))
            throw new ToolException($"{task.Id} has ended. Start it again first, or give another one.");
        if (task.Owner is not null && task.Owner != childId && parent.Id != parent.RootId)
            throw new ToolException($"{task.Id} belongs to another subagent. Give one of your own tasks.");
        return [new(task.Id, TaskChangeKind.Owned, childId, now), new(task.Id, TaskChangeKind.Started, "", now)];
    }

    private List<TaskChange> Create(TaskTree tree)
    {
        var parent = args.Parent is { Length: > 0 } named ? Find(tree, named) : null;
        if (parent is not null && TaskTree.HasEnded(parent))
            throw new ToolException($"{parent.Id} has ended. Start it again first, or make the task without a parent.");
        if (parent is not null && TaskTree.DepthOf(parent.Id) + 1 >= DeepestTask)
            throw new ToolException($"{parent.Id} is deep enough already. Make the task beside it.");
        var summaries = (args.Summary ?? "").Split('\n').Select(line => line.Trim().TrimStart('-', '*', ' ')).Where(line => line.Length > 0).ToList();
        if (summaries.Count is 0)
            throw new ToolException("summary is missing: what is to be done, in a few words; a line for each task.");
        if (summaries.Count > MostAtOnce || tree.Tasks.Length + summaries.Count > MostTasks)
            throw new ToolException($"That is too many: at most {MostAtOnce} at once and {MostTasks} in all. Make fewer and larger tasks.");

        var changes = new List<TaskChange>();
        foreach (var summary in summaries)
        {
            var made = new TaskChange(tree.NextId(parent?.Id), TaskChangeKind.Created, SummaryOf(summary), now);
            tree = tree.With(made);
            changes.Add(made);
            if (note.Length > 0)
                changes.Add(made with { Kind = TaskChangeKind.Noted, Text = note });
        }

        return changes;
    }

    private List<TaskChange> Done(TaskTree tree, AgentTask task)
    {
        var named = Ids();
        var open = tree.Below(task.Id).Where(part => !TaskTree.HasEnded(part) && !named.Contains(part.Id)).ToList();
        return open.Count is 0
            ? [Change(task, TaskChangeKind.Done, note)]
            : throw new ToolException($"{task.Id} has parts that are not done: {string.Join(", ", open.Select(part => part.Id))}. End or abandon these first.");
    }

    private List<TaskChange> Abandon(TaskTree tree, AgentTask task) =>
    [
        .. tree.Below(task.Id).Where(part => !TaskTree.HasEnded(part)).Select(part => Change(part, TaskChangeKind.Abandoned, note)),
        Change(task, TaskChangeKind.Abandoned, note),
    ];

    // Who works on a part works on the whole.
    private IEnumerable<TaskChange> Parents(TaskTree tree, AgentTask task) =>
        tree.Tasks.Where(parent => parent.Status is not TaskState.InProgress && task.Id.StartsWith(parent.Id + ".", StringComparison.Ordinal))
            .Select(parent => Change(parent, TaskChangeKind.Started, ""));

    private List<TaskChange> Each(TaskTree tree, Func<AgentTask, IEnumerable<TaskChange>> change)
    {
        var ids = Ids();
        return ids.Count is 0 ? [Change(Find(tree, null), TaskChangeKind.Noted, "")] : [.. ids.Select(id => Mine(Find(tree, id))).SelectMany(change)];
    }

    private AgentTask Only(TaskTree tree) => Mine(Find(tree, args.Id));

    // What one subagent works on is not another's to end; the agent that gave it away may.
    private AgentTask Mine(AgentTask task) => task.Owner is null || task.Owner == session.Id || session.Id == session.RootId
        ? task
        : throw new ToolException($"{task.Id} belongs to another subagent. Leave it, and say in your report what you found.");

    private List<string> Ids() => [.. (args.Id ?? "").Split([',', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Distinct()];

    private TaskChange Change(AgentTask task, TaskChangeKind kind, string text) => new(task.Id, kind, text, now);

    private static string SummaryOf(string? text) => text?.ReplaceLineEndings(" ").Trim() is { Length: > 0 } summary
        ? Shorten(summary, LongestSummary)
        : throw new ToolException("summary is missing: what is to be done, in a few words.");

    private static string Shorten(string text, int most) => text.Length <= most ? text : $"{text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)]}…";
}
