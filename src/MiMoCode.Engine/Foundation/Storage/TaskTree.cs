using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The tasks of a session as what happened to them makes them: T1, its parts T1.1 and T1.2, then T2.</summary>
internal sealed record TaskTree(string SessionId)
{
    private ImmutableDictionary<string, AgentTask> ById { get; init; } = ImmutableDictionary<string, AgentTask>.Empty;

    /// <summary>How long a task that has ended is listed.</summary>
    public TimeSpan Archive { get; init; } = TimeSpan.FromDays(7);

    /// <summary>All tasks, each before its parts.</summary>
    public ImmutableArray<AgentTask> Tasks => [.. ById.Values.OrderBy(task => task.Id, Comparer<string>.Create(Compare))];

    public bool IsEmpty => ById.IsEmpty;

    /// <summary>The list as clients know it that have no tasks.</summary>
    public ImmutableArray<Todo> Todos => TodosOf(Tasks);

    public static ImmutableArray<Todo> TodosOf(IEnumerable<AgentTask> tasks) => [.. tasks.Select(task => new Todo($"{task.Id} {task.Summary}", task.Status switch
    {
        TaskState.InProgress => "in_progress",
        TaskState.Done => "completed",
        TaskState.Abandoned => "cancelled",
        _ => "pending",
    }))];

    public static bool HasEnded(AgentTask task) => task.Status is TaskState.Done or TaskState.Abandoned;

    public static int DepthOf(string id) => id.Count(letter => letter is '.');

    public AgentTask? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>The parts of a task, and theirs.</summary>
    public IEnumerable<AgentTask> Below(string id) => Tasks.Where(task => task.Id.StartsWith(id + ".", StringComparison.Ordinal));

    /// <summary>The id of the next task, or of the next part of one.</summary>
    public string NextId(string? parent)
    {
        var prefix = parent is null ? "T" : parent + ".";
        var siblings = ById.Values.Where(task => task.ParentId == parent).Select(task => Last(task.Id));
        return string.Create(CultureInfo.InvariantCulture, $"{prefix}{siblings.DefaultIfEmpty(0).Max() + 1}");
    }

    /// <summary>The tree after one more thing happened; what speaks of a task that is not there changes nothing.</summary>
    public TaskTree With(TaskChange change)
    {
        if (change.Kind is TaskChangeKind.Created)
        {
            var parent = change.TaskId.LastIndexOf('.') is > 0 and var dot ? change.TaskId[..dot] : null;
            return Put(new AgentTask(change.TaskId, SessionId, TaskState.Open, change.Text, change.Time, change.Time, parent));
        }

        if (Find(change.TaskId) is not { } task)
            return this;
        var changed = After(task, change) with { LastEventAt = change.Time };
        return Put(HasEnded(changed)
            ? changed with { EndedAt = task.EndedAt ?? change.Time, CleanupAfter = (task.EndedAt ?? change.Time) + Archive }
            : changed with { EndedAt = null, CleanupAfter = null });
    }

    private static AgentTask After(AgentTask task, TaskChange change) => change.Kind switch
    {
        TaskChangeKind.Renamed => task with { Summary = change.Text },
        TaskChangeKind.Owned => task with { Owner = change.Text },
        TaskChangeKind.Started => task with { Status = TaskState.InProgress, Note = Noted(task, change) },
        TaskChangeKind.Unstarted or TaskChangeKind.Unblocked => task with { Status = TaskState.Open, Note = Noted(task, change) },
        TaskChangeKind.Blocked => task with { Status = TaskState.Blocked, Note = Noted(task, change) },
        TaskChangeKind.Done => task with { Status = TaskState.Done, Note = Noted(task, change) },
        TaskChangeKind.Abandoned => task with { Status = TaskState.Abandoned, Note = Noted(task, change) },
        TaskChangeKind.Noted => task with { Note = Noted(task, change) },
        _ => task,
    };

    private static string? Noted(AgentTask task, TaskChange change) => change.Text.Length > 0 ? change.Text : task.Note;

    private TaskTree Put(AgentTask task) => this with { ById = ById.SetItem(task.Id, task) };

    private static int Last(string id) =>
        int.TryParse(id.AsSpan(id.LastIndexOfAny(['.', 'T']) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static int Compare(string? one, string? other)
    {
        var (left, right) = (Numbers(one), Numbers(other));
        foreach (var (a, b) in left.Zip(right))
        {
            if (a != b)
                return a.CompareTo(b);
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int[] Numbers(string? id) =>
        [.. (id ?? "").TrimStart('T').Split('.').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : 0)];
}
