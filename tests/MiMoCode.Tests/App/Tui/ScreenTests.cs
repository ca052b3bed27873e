using MiMoCode.App.Tui;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Input;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

public sealed class ScreenTests
{
    private const string Diff = "--- a/src/Grüße.cs\n+++ b/src/Grüße.cs\n@@ -3,4 +3,5 @@\n var x = 1;\n-Say(\"hello\");\n+Say(\"你好，世界\");\n+Wave(\"👋🏽\");\n return x;\n";

    public static TheoryData<int, int> Sizes => new() { { 50, 20 }, { 100, 40 }, { 160, 48 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Home(int width, int height)
    {
        await using var screen = new TuiScreen(width, height);
        await screen.SettleAsync();
        Golden.Check($"home-{width}x{height}.txt", screen.Text);
        AssertClean(screen);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_turn_with_every_kind_of_part(int width, int height)
    {
        await using var screen = await OpenAsync(width, height, Turn());
        await screen.PressAsync("ctrl+g");
        Golden.Check($"turn-top-{width}x{height}.txt", screen.Text);
        await screen.PressAsync("ctrl+alt+g");
        Golden.Check($"turn-end-{width}x{height}.txt", screen.Text);
        AssertClean(screen);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task A_permission_prompt_shows_the_whole_diff_and_refuses_by_default(int width, int height)
    {
        await using var screen = await OpenAsync(width, height, Turn());
        var metadata = Details.ToMetadata(new DiffDetails("src/Grüße.cs", Diff, 2, 1));
        await screen.TellAsync(new PermissionAsked(new PermissionRequest("per_1", Talks.SessionId, "edit", ["src/Grüße.cs"], metadata, ["src/*"])));
        Golden.Check($"permission-{width}x{height}.txt", screen.Text);
        await screen.PressAsync("return");
        Assert.Empty(screen.Client.Replies);
        await screen.AfterAsync(TimeSpan.FromMilliseconds(300));
        await screen.PressAsync("return");
        Assert.Equal([("per_1", PermissionReply.Reject)], screen.Client.Replies);
        AssertClean(screen);
    }

    [Fact]
    public async Task A_command_that_is_asked_about_hides_nothing()
    {
        await using var screen = await OpenAsync(80, 24);
        var command = "echo safe\e[2K\e[1G; rm -rf / \u202E# gpj.txt" + new string('x', 200) + "END";
        await screen.TellAsync(new PermissionAsked(new PermissionRequest(
            "per_1", Talks.SessionId, "bash", ["echo"], Details.ToMetadata(new CommandDetails(command, "")), [])));
        Assert.Contains("␛[2K␛[1G; rm -rf /", screen.Text, StringComparison.Ordinal);
        Assert.Contains("END", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Allow always", screen.Text, StringComparison.Ordinal);
        AssertClean(screen);
    }

    [Fact]
    public async Task Always_says_what_it_covers_before_it_is_granted()
    {
        await using var screen = await OpenAsync(80, 24);
        await screen.TellAsync(new PermissionAsked(new PermissionRequest(
            "per_1", Talks.SessionId, "bash", ["npm test"], Details.ToMetadata(new CommandDetails("npm test", "")), ["npm test *"])));
        await screen.AfterAsync(TimeSpan.FromMilliseconds(300));
        await screen.PressAsync("left", "return");
        Assert.Contains("npm test *", screen.Text, StringComparison.Ordinal);
        Assert.Empty(screen.Client.Replies);
        await screen.PressAsync("left", "return");
        Assert.Equal([("per_1", PermissionReply.Always)], screen.Client.Replies);
    }

    [Fact]
    public async Task A_question_takes_a_label_or_an_answer_of_ones_own()
    {
        await using var screen = await OpenAsync(80, 24);
        await screen.TellAsync(new QuestionAsked(new QuestionRequest("que_1", Talks.SessionId,
        [
            new Question("Which colour?", "Colour", [new QuestionOption("Red", "warm"), new QuestionOption("Blue", "cold")]),
            new Question("Why?", "Reason", [new QuestionOption("Because", "")]),
        ])));
        Golden.Check("question.txt", screen.Text);
        await screen.PressAsync("2", "down", "return");
        await screen.TypeAsync("I like it");
        await screen.PressAsync("return");
        var (id, answers) = Assert.Single(screen.Client.Answers);
        Assert.Equal("que_1", id);
        Assert.Equal("Blue|I like it", string.Join('|', answers!.Value.Select(answer => string.Join(',', answer))));
    }

    [Fact]
    public async Task Text_streams_word_by_word_and_the_place_is_kept_when_scrolled_up()
    {
        await using var screen = await OpenAsync(60, 16);
        await screen.TellAsync(
            new SessionStatusChanged(new SessionIsBusy()) { SessionId = Talks.SessionId }, Talks.Told(Talks.User("msg_1")),
            Talks.Told(Talks.Text("msg_1", "prt_0", "Count")), Talks.Told(Talks.Reply("msg_2")), Talks.Told(Talks.Text("msg_2", "prt_1", "", open: true)));
        for (var line = 1; line <= 30; line++) { await screen.TellAsync(Talks.Delta("msg_2", "prt_1", $"- line {line}\n")); }
        Assert.Contains("line 30", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("pageup");
        var seen = screen.Terminal.Screen.Row(0);
        await screen.TellAsync(Talks.Delta("msg_2", "prt_1", "- line 31\n- line 32\n"), Talks.Told(Talks.Reply("msg_2", StopReason.Done)));
        Assert.Equal(seen, screen.Terminal.Screen.Row(0));
        Assert.Contains("↓ more", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("ctrl+alt+g");
        Assert.Contains("line 32", screen.Text, StringComparison.Ordinal);
        AssertClean(screen);
    }

    [Fact]
    public async Task Older_messages_are_read_when_the_top_is_reached()
    {
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Long", [.. Enumerable.Range(1, 500).Select(n => Talks.Of(Talks.User($"msg_{n}"), Talks.Text($"msg_{n}", $"prt_{n}", $"prompt {n}")))]);
        await using var screen = new TuiScreen(60, 20, client, new TuiOptions(), shows: Talks.SessionId);
        await screen.SettleAsync();
        Assert.Contains("prompt 500", screen.Text, StringComparison.Ordinal);
        for (var page = 0; page < 200 && !screen.Text.Contains("prompt 1\n", StringComparison.Ordinal); page++) { await screen.PressAsync("pageup"); }
        Assert.Contains("prompt 1\n", screen.Text, StringComparison.Ordinal);

        // On the way back what has faded in the meantime is there again before it is seen.
        var seen = new HashSet<string>();
        for (var page = 0; page < 200 && seen.Add(screen.Text); page++)
        {
            Assert.DoesNotContain("…", screen.Text, StringComparison.Ordinal);
            await screen.PressAsync("pagedown");
        }
        var all = string.Join('\n', seen);
        Assert.All(Enumerable.Range(1, 500), number => Assert.Contains($"prompt {number}\n", all, StringComparison.Ordinal));
        await screen.PressAsync("ctrl+g");
        Assert.DoesNotContain("prompt 500", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("ctrl+alt+g");
        Assert.Contains("prompt 500", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_from_outside_controls_the_terminal()
    {
        const string evil = "a\e]52;c;ZXZpbA==\a\e]0;owned\a\e[?1049h\ec\u009b2J\u0090q\e[6nb";
        await using var screen = await OpenAsync(
            80, 40, Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", evil)),
            Talks.Of(
                Talks.Reply("msg_2", StopReason.Done), Talks.Text("msg_2", "prt_2", evil), Talks.Thought("msg_2", "prt_3", evil),
                Talks.Call("msg_2", "prt_4", evil, new CommandDetails(evil, evil), evil), Talks.Call("msg_2", "prt_5", "edit", new DiffDetails(evil, "@@ -1 +1 @@\n-" + evil + "\n+" + evil)),
                Talks.Call("msg_2", "prt_6", "x", new ToolFailed(Talks.Json("{}"), evil, new ToolTime(DateTimeOffset.UnixEpoch)))));
        await screen.TellAsync(new SessionUpdated(screen.Client.Stored[Talks.SessionId].Info with { Title = evil }) { SessionId = Talks.SessionId });
        Assert.All(screen.Terminal.Screen.Commands, command => Assert.Matches("^2;(MiMoCode$|MC [|] )", command));
        Assert.Contains("MC | a]52", screen.Terminal.Screen.Commands[^1], StringComparison.Ordinal);
        AssertClean(screen);
    }

    [Fact]
    public async Task What_is_marked_with_the_mouse_is_copied_without_bars_and_as_it_was_before_wrapping()
    {
        await using var screen = await OpenAsync(
            40, 16, Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "Tell me 世界")),
            Talks.Of(Talks.Reply("msg_2", StopReason.Done), Talks.Text("msg_2", "prt_2", "A sentence that is wrapped because the window is narrow.\n\n- one\n- 二")));
        await screen.MouseAsync(MouseAct.Press, 2, 0);
        await screen.MouseAsync(MouseAct.Drag, 30, 5);
        var marked = screen.Terminal.Screen.StyleAt(5, 2);
        Assert.Contains("bg=", marked, StringComparison.Ordinal);
        await screen.MouseAsync(MouseAct.Drag, 30, 6);
        await screen.MouseAsync(MouseAct.Release, 30, 6);
        var sent = screen.Terminal.Screen.Commands.Last(command => command.StartsWith("52;c;", StringComparison.Ordinal));
        Assert.Equal(
            "Tell me 世界\n\nA sentence that is wrapped because the window is narrow.\n\none\n二",
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(sent["52;c;".Length..])));
        Assert.Contains("sent to the clipboard", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("a");
        Assert.NotEqual(marked, screen.Terminal.Screen.StyleAt(5, 2));
    }

    [Fact]
    public async Task Another_size_shows_the_same_end()
    {
        await using var screen = await OpenAsync(100, 40, Turn());
        await screen.ResizeAsync(50, 20);
        Golden.Check("turn-end-50x20.txt", screen.Text);
    }

    private static async Task<TuiScreen> OpenAsync(int width, int height, params MessageWithParts[] messages)
    {
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Greet the world", [.. messages]);
        var screen = new TuiScreen(width, height, client, new TuiOptions(), shows: Talks.SessionId);
        return await screen.SettleAsync();
    }

    private static MessageWithParts[] Turn() =>
    [
        Talks.Of(
            Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "Greet the world in 中文, please 🎉\nand wave"),
            new FilePart("image/png", "data:", "图片.png") { Id = "prt_2", SessionId = Talks.SessionId, MessageId = "msg_1" }),
        Talks.Of(
            Talks.Reply("msg_2", StopReason.ToolCalls), Talks.Thought("msg_2", "prt_3", "First look, then write."),
            Talks.Text("msg_2", "prt_4", "I look at **the file** first."),
            Talks.Call("msg_2", "prt_5", "read", new FileDetails("src/Grüße.cs", 1, 40)),
            Talks.Call("msg_2", "prt_6", "grep", new TextDetails("3 matches"), "hello"),
            Talks.Call("msg_2", "prt_7", "edit", new DiffDetails("src/Grüße.cs", Diff, 2, 1)),
            Talks.Call("msg_2", "prt_8", "bash", new CommandDetails("dotnet test", "Passed!\t12\n", 0, "Run the tests")),
            Talks.Call("msg_2", "prt_9", "todowrite", new TableDetails(["status", "todo"], [["completed", "greet"], ["in_progress", "wave 👋"]])),
            Talks.Call("msg_2", "prt_a", "bash", new ToolFailed(Talks.Json("""{"command":"rm -rf /"}"""), "Denied: no.", new ToolTime(DateTimeOffset.UnixEpoch)))),
        Talks.Of(
            Talks.Reply("msg_3", StopReason.Done),
            Talks.Text("msg_3", "prt_b", "## Done\n\n| word | 中文 |\n|---|---|\n| world | 世界 |\n\n```cs\nSay(\"你好\"); // hi\n```\n\nFamily: 👨‍👩‍👧 flag: 🇨🇳")),
    ];

    private static void AssertClean(TuiScreen screen) => Assert.Empty(screen.Terminal.Screen.Unknown);
}
