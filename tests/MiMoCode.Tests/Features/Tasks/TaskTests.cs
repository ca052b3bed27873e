using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Tasks;

public sealed class TaskTests
{
    [Fact]
    public async Task A_tree_of_tasks_is_made_and_worked_off_and_survives_a_restart()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "Parse it\n- Print it" }),
            Do(new { action = "create", parent = "T1", summary = "The header\nThe body" }),
            Do(new { action = "start", id = "T1.1" }),
            Do(new { action = "done", id = "T1" }),
            Do(new { action = "done", id = "T1.1, T1.2, T1", note = "41 tests pass" }),
            Do(new { action = "block", id = "T2", note = "Which printer?" }),
            Do(new { action = "get", id = "T9" }),
            Reply.Say("Which printer?"));
        var (session, end) = await harness.RunAsync("Parse and print");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(
            ["T1 has parts that are not done: T1.1, T1.2. End or abandon these first.", "There is no task T9. Not ended: T2. Use list to see them."],
            await FailuresAsync(harness, session));
        await harness.RestartAsync();
        Golden.Check("tree.txt", TaskLedger.Lines(harness.Workspace.Tasks.List(session)));
        Assert.Equal(
            [("T1 Parse it", "completed"), ("T1.1 The header", "completed"), ("T1.2 The body", "completed"), ("T2 Print it", "pending")],
            (await harness.Workspace.Sessions.TodosAsync(session, CancellationToken.None)).Select(todo => (todo.Content, todo.Status)));
    }

    [Fact]
    public async Task Agents_that_make_tasks_at_the_same_time_make_different_ones()
    {
        await using var team = await TeamHarness.StartAsync(new TeamProvider());
        var session = team.OpenRoot();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => team.Tasks.ChangeAsync(
            session, tree => [new TaskChange(tree.NextId(null), TaskChangeKind.Created, $"{n}", DateTimeOffset.UnixEpoch)], CancellationToken.None)));

        var tasks = team.Tasks.List(session.Id);
        Assert.Equal(Enumerable.Range(1, 20).Select(n => $"T{n}"), tasks.Select(task => task.Id));
        Assert.Equal(20, tasks.DistinctBy(task => task.Summary).Count());
    }

    [Fact]
    public async Task What_was_noted_stands_in_a_file_that_is_only_added_to()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "Find the leak" }), Do(new { action = "note", id = "T1", note = "It is in the pool." }), Reply.Say("Later."), Reply.Say("Later."),
            Do(new { action = "done", id = "T1", note = "Closed the pool." }), Reply.Say("Done."));
        var (session, _) = await harness.RunAsync("Find it");
        var file = Path.Combine(harness.Memory, "sessions", session, "tasks/T1/progress.md");
        File.AppendAllText(file, "A person was here.\n");

        await harness.RunAsync("Go on", session);

        Golden.Check("progress.md", string.Join('\n', File.ReadAllLines(file).Select(WithoutTime)));
    }

    [Fact]
    public async Task A_line_that_a_crash_has_kept_from_the_file_is_added_with_the_next()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Do(new { action = "note", id = "T1", note = "first" }), Do(new { action = "note", id = "T1", note = "second" }),
            Reply.Say("Later."), Reply.Say("Later."), Do(new { action = "note", id = "T1", note = "third" }), Reply.Say("Later."), Reply.Say("Later."));
        var (session, _) = await harness.RunAsync("Go");
        var file = Path.Combine(harness.Memory, "sessions", session, "tasks/T1/progress.md");
        File.WriteAllLines(file, File.ReadAllLines(file).Where(line => !line.Contains("second", StringComparison.Ordinal)));

        await harness.RunAsync("Go on", session);

        Assert.Equal(["first", "second", "third"], File.ReadAllLines(file).Where(line => line.Contains("noted", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_costs_no_task()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Do(new { action = "done", id = "T1", note = "kept" }), Reply.Say("Done."));
        Directory.CreateDirectory(Path.GetDirectoryName(harness.Memory)!);
        File.WriteAllText(harness.Memory, "in the way");

        var (session, end) = await harness.RunAsync("Go");

        Assert.Equal(StopReason.Done, end.Reason);
        Assert.Equal(TaskState.Done, Assert.Single(harness.Workspace.Tasks.List(session)).Status);
    }

    [Fact]
    public async Task What_is_taken_back_takes_its_tasks_along_and_what_is_brought_back_brings_them_back()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Do(new { action = "block", id = "T1", note = "Which?" }), Reply.Say("Which?"),
            Do(new { action = "create", summary = "Two" }), Do(new { action = "done", id = "T1, T2", note = "wrong" }), Reply.Say("Done."),
            Do(new { action = "list" }), Reply.Say("Still waiting."));
        var (session, _) = await harness.RunAsync("One");
        var (_, second) = await harness.RunAsync("Two", session);
        var prompt = ((AssistantMessage)second.Reply!.Info).ParentId;

        await harness.Workspace.Changes.RevertAsync(session, new RevertRequest(prompt), CancellationToken.None);
        Assert.Equal([("T1", TaskState.Blocked)], Stand(harness, session));
        await harness.Workspace.Changes.UnrevertAsync(session, CancellationToken.None);
        Assert.Equal([("T1", TaskState.Done), ("T2", TaskState.Done)], Stand(harness, session));

        await harness.Workspace.Changes.RevertAsync(session, new RevertRequest(prompt), CancellationToken.None);
        await harness.RunAsync("How does it stand?", session);

        Assert.Equal([("T1", TaskState.Blocked)], Stand(harness, session));
        Assert.Equal("T1 One", Assert.Single(await harness.Workspace.Sessions.TodosAsync(session, CancellationToken.None)).Content);
        var shown = harness.Models.Prompts[^1].LastToolResult!.Text;
        Assert.Contains("T1 One (Which?)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Two", shown, StringComparison.Ordinal);
        await harness.RestartAsync();
        var file = Path.Combine(harness.Memory, "sessions", session, "tasks/T1/progress.md");
        Assert.DoesNotContain("wrong", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_a_session_has_its_tasks_as_they_stood_at_that_point()
    {
        await using var harness = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Do(new { action = "block", id = "T1", note = "Which?" }), Reply.Say("Which?"),
            Do(new { action = "create", summary = "Two" }), Do(new { action = "done", id = "T1, T2" }), Reply.Say("Done."));
        var (session, _) = await harness.RunAsync("One");
        var (_, second) = await harness.RunAsync("Two", session);
        var prompt = ((AssistantMessage)second.Reply!.Info).ParentId;

        var whole = await harness.Workspace.Sessions.ForkAsync(session, null, CancellationToken.None);
        var half = await harness.Workspace.Sessions.ForkAsync(session, prompt, CancellationToken.None);

        Assert.Equal(Stand(harness, session), Stand(harness, whole.Id));
        Assert.Equal([("T1", TaskState.Blocked)], Stand(harness, half.Id));

        // In the copy, too, what is taken back takes its tasks along.
        var copied = (await harness.Workspace.Sessions.MessagesAsync(whole.Id, null, null, CancellationToken.None)).Messages.Last(message => message.Info is UserMessage);
        await harness.Workspace.Changes.RevertAsync(whole.Id, new RevertRequest(copied.Info.Id), CancellationToken.None);
        Assert.Equal([("T1", TaskState.Blocked)], Stand(harness, whole.Id));
    }

    [Fact]
    public async Task An_exported_session_brings_its_tasks_to_another_home()
    {
        await using var here = await TalkHarness.StartAsync(
            Do(new { action = "create", summary = "One" }), Do(new { action = "start", id = "T1" }), Do(new { action = "block", id = "T1", note = "Which?" }), Reply.Say("Which?"));
        await using var there = await TalkHarness.StartAsync();
        var (session, _) = await here.RunAsync("One");
        var export = here.Workspace.Export(session);

        await there.Workspace.Sessions.ImportAsync(export, CancellationToken.None);

        Assert.Equal(here.Workspace.Tasks.List(session).AsEnumerable(), there.Workspace.Tasks.List(session));
        Assert.Equal(export.Tasks!.Value.AsEnumerable(), there.Workspace.Export(session).Tasks!.Value);
    }

    [Fact]
    public void A_ledger_without_room_leaves_out_what_has_ended_and_says_so()
    {
        var tree = new TaskTree("ses_1");
        for (var n = 1; n <= 60; n++)
        {
            tree = tree.With(new TaskChange($"T{n}", TaskChangeKind.Created, $"Look into the matter number {n} of the list", DateTimeOffset.UnixEpoch));
            if (n % 3 > 0)
                tree = tree.With(new TaskChange($"T{n}", TaskChangeKind.Done, "", DateTimeOffset.UnixEpoch));
        }

        Golden.Check("ledger.txt", TaskLedger.Render(tree.Tasks, 220));
        Assert.Equal(TaskLedger.Lines(tree.Tasks), TaskLedger.Render(tree.Tasks, 100_000));
    }

    internal static Reply Do(object arguments) => Reply.Call("task", arguments);

    private static List<(string, TaskState)> Stand(TalkHarness harness, string session) =>
        [.. harness.Workspace.Tasks.List(session).Select(task => (task.Id, task.Status))];

    private static async Task<IEnumerable<string>> FailuresAsync(TalkHarness harness, string session) =>
        (await harness.Workspace.Sessions.MessagesAsync(session, null, null, CancellationToken.None)).Messages
            .SelectMany(message => message.Parts).OfType<ToolPart>().Select(call => call.State).OfType<ToolFailed>().Select(failed => failed.Error);

    private static string WithoutTime(string line) => line.StartsWith("- 2", StringComparison.Ordinal) ? "- TIME" + line[21..] : line;
}
