using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>Keeps the tasks of a session. The model reads task.md.</summary>
internal sealed class TaskTool(TaskBook book, TimeProvider clock) : Tool<TaskArgs>("task", TaskJson.Default.TaskArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "task";

    // The name that rules of users know the agent's own list by; "task" means subagents in many of them.
    private const string Permission = "todowrite";
    private const long MostListed = 6_000;

    protected override ValueTask<ToolPlan> PlanAsync(TaskArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        var session = context.Session;
        var action = args.Action.ToString().ToLowerInvariant();
        Func<CancellationToken, Task<ToolResult>> run = args.Action switch
        {
            TaskAction.List => _ => Task.FromResult(List(session, args.All)),
            TaskAction.Get => _ => Task.FromResult(Get(session, args.Id)),
            _ => stopping => ChangeAsync(args, session, stopping),
        };
        if (args.Action is not (TaskAction.List or TaskAction.Get))
            new TaskDecision(args, session, clock.GetUtcNow()).Decide(book.Tree(session.RootId));
        return new(new ToolPlan([new Access(Permission, action, "*")], run, Exclusive: args.Action is not (TaskAction.List or TaskAction.Get)));
    }

    private async Task<ToolResult> ChangeAsync(TaskArgs args, Session session, CancellationToken cancellationToken)
    {
        var decision = new TaskDecision(args, session, clock.GetUtcNow());
        ImmutableHashSet<string> changed = [];
        var tree = await book.ChangeAsync(
            session,
            tree =>
            {
                var changes = decision.Decide(tree);
                changed = [.. changes.Select(change => change.TaskId)];
                return changes;
            },
            cancellationToken);
        var shown = tree.Tasks.Where(task => changed.Contains(task.Id)).ToList();
        return new ToolResult(TaskLedger.Lines(shown) + Counts(tree), Title(args.Action, shown), Details(tree));
    }

    private ToolResult List(Session session, bool all)
    {
        var tasks = book.List(session.RootId, all);
        return tasks.IsEmpty
            ? new ToolResult("There are no tasks. Make them with create.", "no tasks")
            : new ToolResult(TaskLedger.Render(tasks, MostListed), $"{tasks.Count(task => !TaskTree.HasEnded(task))} open", Details(book.Tree(session.RootId)));
    }

    private ToolResult Get(Session session, string? id)
    {
        var tree = book.Tree(session.RootId);
        var task = TaskDecision.Find(tree, id);
        var text = new StringBuilder(TaskLedger.Lines([task, .. tree.Below(task.Id)]));
        if (task.Owner is not null)
            text.Append(CultureInfo.InvariantCulture, $"Worked on by {task.Owner}.\n");
        foreach (var change in book.ChangesOf(session.RootId, task.Id))
            text.Append(CultureInfo.InvariantCulture, $"{change.Time:yyyy-MM-dd HH:mm} {change.Kind.ToString().ToLowerInvariant()}{(change.Text.Length > 0 ? ": " : "")}{change.Text}\n");
        return new ToolResult(text.ToString(), $"{task.Id} {task.Summary}");
    }

    private static string Counts(TaskTree tree)
    {
        var (open, ended) = (tree.Tasks.Count(task => !TaskTree.HasEnded(task)), tree.Tasks.Count(TaskTree.HasEnded));
        return string.Create(CultureInfo.InvariantCulture, $"{open} not ended, {ended} ended.");
    }

    private static string Title(TaskAction action, List<AgentTask> tasks) => tasks switch
    {
        [var one] => $"{action.ToString().ToLowerInvariant()} {one.Id} {one.Summary}",
        _ => $"{action.ToString().ToLowerInvariant()} {string.Join(", ", tasks.Select(task => task.Id))}",
    };

    private TableDetails Details(TaskTree tree) => new(
        ["status", "todo"],
        [.. TaskTree.TodosOf(book.Present(tree)).Select(todo => ImmutableArray.Create(todo.Status, todo.Content))]);
}
