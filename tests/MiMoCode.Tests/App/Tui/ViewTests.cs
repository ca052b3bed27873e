using MiMoCode.App.Tui;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

/// <summary>The views that are rarer than a plain turn, in a narrow, a usual and a wide terminal.</summary>
public sealed class ViewTests
{
    private const string Diff = "@@ -3,5 +3,6 @@\n var x = 1;\n-Say(\"hello, this is a line that is much longer than half of a terminal, so that it must go on below itself, 世界\");\n+Say(\"你好，世界\");\n+Wave(\"👋🏽\");\n return x;\n }\n";

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<int, int> Sizes => new() { { 60, 18 }, { 120, 40 }, { 200, 50 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Marks_trees_diffs_and_errors(int width, int height)
    {
        await using var screen = await OpenAsync(width, height);
        await screen.TellAsync(
            new TodoUpdated([new("T1 Greet the world 世界", "completed"), new("T2 Wave", "in_progress"), new("T2.1 Left hand 👋", "in_progress"), new("T2.2 Right hand", "pending"), new("T3 Leave", "cancelled")]) { SessionId = Talks.SessionId },
            new CheckpointWritten(3, ByModel: true, 12) { SessionId = Talks.SessionId },
            new WindowRebuilt("msg_1", 3, Summary: false, 96_000, 21_500) { SessionId = Talks.SessionId });
        Golden.Check($"views-end-{width}x{height}.txt", screen.Text);
        await screen.PressAsync("ctrl+g");
        Golden.Check($"views-top-{width}x{height}.txt", screen.Text);
        Assert.Empty(screen.Terminal.Screen.Unknown);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task The_list_of_commands(int width, int height)
    {
        await using var screen = await OpenAsync(width, height);
        await screen.PressAsync("ctrl+p");
        Golden.Check($"commands-{width}x{height}.txt", screen.Text);
        await screen.TypeAsync("model");
        await screen.PressAsync("return");
        Assert.Contains("test/scripted", screen.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_table_and_code_that_still_grow(int width, int height)
    {
        await using var screen = await OpenAsync(width, height);
        await screen.TellAsync(
            new SessionStatusChanged(new SessionIsBusy()) { SessionId = Talks.SessionId }, Talks.Told(Talks.User("msg_8")), Talks.Told(Talks.Text("msg_8", "prt_80", "A table, 请")),
            Talks.Told(Talks.Reply("msg_9", parent: "msg_8")), Talks.Told(Talks.Text("msg_9", "prt_90", "", open: true)));
        const string text = "Here:\n\n| name | 说 |\n|---|---|\n| Ada | Hello 👋 |\n| 世界 | a cell that holds a good deal more words than there is room for in a narrow window |\n\n- one\n  1. deeper 深\n- two\n\n```python\ndef greet(name):  # says\n    return f\"Hi {name}\"";
        foreach (var piece in text.Chunk(7))
            await screen.TellAsync(Talks.Delta("msg_9", "prt_90", new string(piece)));
        Golden.Check($"growing-{width}x{height}.txt", screen.Text);
        Assert.Empty(screen.Terminal.Screen.Unknown);
    }

    private static Task<TuiScreen> OpenAsync(int width, int height)
    {
        var client = new QuietClient { Commands = [new("review", "Review what changed.", "Review $ARGUMENTS", ["$ARGUMENTS"])] };
        client.Add(Talks.SessionId, "Greet the world 世界", [.. Turn()]);
        return new TuiScreen(width, height, client, new TuiOptions(), shows: Talks.SessionId).SettleAsync();
    }

    private static MessageWithParts[] Turn() =>
    [
        Talks.Of(Talks.User("msg_1"), new CheckpointPart("cp", 2, "msg_0") { Id = "prt_1", SessionId = Talks.SessionId, MessageId = "msg_1" }),
        Talks.Of(Talks.User("msg_2"), Talks.Text("msg_2", "prt_2", "Greet 世界 🎉")),
        Talks.Of(
            Talks.Reply("msg_3", StopReason.ToolCalls, "msg_2"),
            new RetryPart(1, MessageError.Of("APIError", "The provider is overloaded."), new MessageTime(Start)) { Id = "prt_3", SessionId = Talks.SessionId, MessageId = "msg_3" },
            Talks.Call("msg_3", "prt_4", "edit", new DiffDetails("src/Grüße.cs", Diff, 2, 1)),
            Talks.Call("msg_3", "prt_5", "task", new TableDetails(["status", "todo"], [["completed", "T1 Greet"], ["in_progress", "T2 Wave"], ["pending", "T2.1 Left hand 👋"]])),
            Talks.Call("msg_3", "prt_6", "actor", new TableDetails(["id", "state", "work"], [["calm-sea", "running", "Look round, 看"], ["red-fox", "done", "Read"]]), "2 subagents"),
            Talks.Call("msg_3", "prt_7", "bash", new CommandDetails("make 全部", "error: no rule\n", 2, "Build all"))),
        Talks.Of(Talks.Reply("msg_4", StopReason.Failed, "msg_2") with { Error = MessageError.Of("APIError", "The key was refused: look at mimo auth list.") }),
    ];
}
