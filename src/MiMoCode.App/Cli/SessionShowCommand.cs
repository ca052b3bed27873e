using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo session show</c>: what is in a session's window, how full it is, what it cost, its tasks and checkpoints.</summary>
internal static class SessionShowCommand
{
    private const int MostCheckpoints = 10;

    public static Command Create(CliContext context)
    {
        var id = new Argument<string?>("id") { Description = "The session; the last one of this folder when left out.", Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("show", "Show how a session stands: its window, the next checkpoint, costs, tasks.") { id, json };
        command.SetAction((parsed, cancellationToken) => ShowAsync(context, parsed.GetValue(id), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> ShowAsync(CliContext context, string? id, bool json, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var report = workspace.Reports.Of(id ?? workspace.LastSession()?.Id
            ?? throw new UserException("There is no session in this folder yet. Name one; mimo session list shows those of the project."));
        if (json)
        {
            await context.Out.WriteLineAsync(JsonSerializer.Serialize(report, ProtocolJson.Default.SessionReport));
            return ExitCodes.Done;
        }

        await WriteHeadAsync(context, report);
        if (report.Window is { } window)
            await WriteWindowAsync(context.Out, window);
        if (!report.Cost.IsEmpty)
            await context.Out.WriteAsync("\n" + UsageTable.Of("Cost", report.Cost));
        foreach (var use in workspace.Budgets.Standing(workspace.Reports.RootOf(report.Session.Id)))
            await context.Out.WriteLineAsync($"Budget of the {use.Span}: {use.Words}");
        await WriteTasksAsync(context.Out, report.Tasks);
        await WriteCheckpointsAsync(context, report.Checkpoints);
        return ExitCodes.Done;
    }

    private static async Task WriteHeadAsync(CliContext context, SessionReport report)
    {
        var session = report.Session;
        await context.Out.WriteLineAsync($"{session.Id}  {Printable.Line(session.Title)}");
        await context.Out.WriteLineAsync($"{session.Directory}, {report.Agent ?? "no agent yet"}, {report.Model ?? "no model yet"}");
        var working = report.Working ? "working now" : session.Revert is not null ? "idle, its end taken back" : "idle";
        await context.Out.WriteLineAsync($"begun {MemoryView.When(session.Time.Created, context.Clock)}, last used {MemoryView.When(session.Time.Updated, context.Clock)}, {working}");
    }

    private static async Task WriteWindowAsync(TextWriter output, WindowReport window)
    {
        var counted = window.Counted ? "" : "about ";
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"\nWindow {window.Number}, from the {window.Begins}: {counted}{Columns.Short(window.Tokens)} of {Columns.Short(window.Usable)} tokens ({window.Share * 100:0.0} %), {window.Messages} messages"));
        foreach (var piece in window.Pieces)
            await output.WriteLineAsync($"  {piece.What,-14} {Columns.Short(piece.Tokens),7}");
        await output.WriteLineAsync(window.Next is { } next
            ? string.Create(CultureInfo.InvariantCulture, $"The next checkpoint is written at {next.Share * 100:0.##} % ({Columns.Short(next.Tokens)}), a new window opened at {Columns.Short(window.Usable)}.")
            : $"A new window is opened at {Columns.Short(window.Usable)}.");
    }

    private static async Task WriteTasksAsync(TextWriter output, IReadOnlyCollection<AgentTask> tasks)
    {
        if (tasks.Count is 0)
            return;
        await output.WriteLineAsync($"\nTasks: {tasks.Count(task => task.EndedAt is null)} not ended");
        foreach (var task in tasks)
        {
            var indent = new string(' ', 2 * (1 + task.Id.Count(letter => letter is '.')));
            var note = task is { Note: { } said, EndedAt: null } ? $" ({said})" : "";
            await output.WriteLineAsync(Printable.Line($"{indent}{Mark(task.Status)} {task.Id} {task.Summary}{note}"));
        }
    }

    private static async Task WriteCheckpointsAsync(CliContext context, IReadOnlyCollection<CheckpointReport> checkpoints)
    {
        if (checkpoints.Count is 0)
            return;
        var columns = new Columns("Checkpoint", "Time", "Messages", "Tokens", "By", "");
        foreach (var each in checkpoints.Take(MostCheckpoints))
        {
            columns.Add(
                each.Version.ToString(CultureInfo.InvariantCulture), MemoryView.When(each.Time, context.Clock), Columns.Short(each.Messages), Columns.Short(each.Tokens),
                each.Written ? "model" : "program", each.Holds ? "" : "taken back");
        }

        await context.Out.WriteAsync("\n" + columns);
        if (checkpoints.Count > MostCheckpoints)
            await context.Out.WriteLineAsync($"and {checkpoints.Count - MostCheckpoints} earlier ones; mimo memory history checkpoint lists them");
    }

    private static string Mark(TaskState state) => state switch
    {
        TaskState.Done => "✓",
        TaskState.InProgress => "▸",
        TaskState.Blocked => "!",
        TaskState.Abandoned => "✗",
        _ => "○",
    };
}
