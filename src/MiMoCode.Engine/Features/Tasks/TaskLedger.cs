using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Tasks;

/// <summary>The tree of tasks as a text for models: a line for each task, its parts indented below it.</summary>
internal static class TaskLedger
{
    private const int LongestNote = 200;

    /// <summary>All of it as far as there is room: what has ended gives way first, then what comes last.</summary>
    public static string Render(IReadOnlyCollection<AgentTask> tasks, long tokens)
    {
        if (tasks.Count is 0)
            return "";
        var all = Lines(tasks);
        if (TokenEstimate.Of(all) <= tokens)
            return all;
        var open = tasks.Where(task => !TaskTree.HasEnded(task)).ToList();
        var ended = string.Create(CultureInfo.InvariantCulture, $"({tasks.Count - open.Count} tasks that have ended are left out; the task tool lists them)\n");
        var text = new StringBuilder(ended);
        var left = tokens - TokenEstimate.Of(ended) - 16;
        foreach (var (at, task) in open.Index())
        {
            var line = Line(task);
            left -= TokenEstimate.Of(line);
            if (left < 0)
                return text.Append(CultureInfo.InvariantCulture, $"({open.Count - at} more open tasks: task list)\n").ToString();
            text.Append(line);
        }

        return text.ToString();
    }

    public static string Lines(IEnumerable<AgentTask> tasks) => string.Concat(tasks.Select(Line));

    public static string Line(AgentTask task)
    {
        var note = task.Note is { Length: > 0 } said && !TaskTree.HasEnded(task) ? $" ({Shorten(said)})" : "";
        return $"{new string(' ', 2 * TaskTree.DepthOf(task.Id))}- [{Mark(task.Status)}] {task.Id} {task.Summary}{note}\n";
    }

    private static string Mark(TaskState state) => state switch
    {
        TaskState.InProgress => "in progress",
        TaskState.Blocked => "blocked",
        TaskState.Done => "done",
        TaskState.Abandoned => "abandoned",
        _ => "open",
    };

    private static string Shorten(string note)
    {
        var line = note.ReplaceLineEndings(" ");
        return line.Length <= LongestNote ? line : $"{line[..LongestNote]}…";
    }
}
