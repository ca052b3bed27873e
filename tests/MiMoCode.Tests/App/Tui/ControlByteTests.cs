using MiMoCode.App.Tui;
using MiMoCode.App.Tui.Asking;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Input;
using MiMoCode.TestKit;
using MiMoCode.TestKit.Terminal;

namespace MiMoCode.Tests.App.Tui;

/// <summary>
/// Whatever comes from outside is shown and never obeyed: place by place, in an emulated terminal that keeps every command it gets and
/// everything it does not know.
/// </summary>
public sealed class ControlByteTests
{
    // Clipboard, title, link, notification, status report, another screen, reset, scrolling, 8-bit CSI and DCS, sixel, a multiplexer's
    // passthrough, an application command, and a command that never ends.
    private const string Evil = "a\e]52;c;ZXZpbA==\a\e]0;owned\a\e]8;;http://x\e\\b\e]9;hi\a\e[6n\e[?1049h\e[?2004l\ec\e[3J\e[1;5r\u009b2J\u0090q\eP1;2q#0\e\\\ePtmux;\e\e]0;x\a\e\\\e_G\e\\\e^p\e\\\eXs\e\\\b\v\f\u0007\u007f\u0085\e]0;never";

    private static readonly ToolTime Time = new(DateTimeOffset.UnixEpoch);

    public static TheoryData<string> Places => [.. Cases.Keys];

    private static Dictionary<string, Func<TuiScreen, Task>> Cases => new()
    {
        ["a prompt"] = screen => Part(screen, Talks.Text("msg_1", "prt_1", Evil)),
        ["a reply"] = screen => Part(screen, Talks.Text("msg_2", "prt_1", $"{Evil}\n\n# {Evil}\n\n- {Evil}\n\n| {Evil} |\n|---|\n| {Evil} |\n\n```{Evil}\n{Evil}\n```\n\n`{Evil}` [{Evil}](http://{Evil}) ![{Evil}](x)")),
        ["a reply that grows"] = async screen =>
        {
            await Part(screen, Talks.Text("msg_2", "prt_1", "", open: true));
            foreach (var letter in Evil)
                await screen.TellAsync(Talks.Delta("msg_2", "prt_1", letter.ToString()));
        },
        ["a thought"] = screen => Part(screen, Talks.Thought("msg_2", "prt_1", Evil)),
        ["the name of a tool"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", Evil, new TextDetails(Evil), Evil)),
        ["the arguments of a call"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "x", new ToolRunning(Talks.Json(System.Text.Json.JsonSerializer.Serialize(new { path = Evil, description = Evil })), Time: Time))),
        ["what a tool says"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "x", new TextDetails(Evil + "\n" + Evil))),
        ["a command and its output"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "bash", new CommandDetails(Evil, Evil + "\n" + Evil, 1, Evil))),
        ["a difference and the name of its file"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "edit", new DiffDetails(Evil, $"@@ -1,2 +1,2 @@ {Evil}\n-{Evil}\n+{Evil}\n {Evil}\n", 1, 1))),
        ["the name of a file that was read"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "read", new FileDetails(Evil, 1, 2))),
        ["a table"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "x", new TableDetails([Evil, Evil], [[Evil, Evil]]))),
        ["a failed call"] = screen => Part(screen, Talks.Call("msg_2", "prt_1", "x", new ToolFailed(Talks.Json("{}"), Evil, Time))),
        ["an attached file"] = screen => Part(screen, new FilePart(Evil, Evil, Evil) { Id = "prt_1", SessionId = Talks.SessionId, MessageId = "msg_1" }),
        ["an error of a reply"] = screen => screen.TellAsync(Talks.Told(Talks.Reply("msg_2", StopReason.Failed) with { Error = MessageError.Of("APIError", Evil), ModelId = Evil, Agent = Evil })),
        ["a retry"] = screen => screen.TellAsync(new SessionStatusChanged(new SessionIsRetrying(2, Evil, DateTimeOffset.UnixEpoch)) { SessionId = Talks.SessionId }),
        ["an error of the session"] = screen => screen.TellAsync(new SessionError(Talks.SessionId, MessageError.Of("x", Evil))),
        ["how a turn ended"] = screen => screen.TellAsync(new SessionIdle(StopReason.Failed, Evil) { SessionId = Talks.SessionId }),
        ["a warning"] = screen => screen.TellAsync(new SessionWarning(Evil) { SessionId = Talks.SessionId }),
        ["a list of things to do"] = screen => screen.TellAsync(new TodoUpdated([new(Evil, "pending"), new(Evil, Evil)]) { SessionId = Talks.SessionId }),
        ["the title of a session"] = async screen =>
        {
            await screen.TellAsync(new SessionUpdated(screen.Client.Stored[Talks.SessionId].Info with { Title = Evil }) { SessionId = Talks.SessionId });
            await screen.PressAsync("ctrl+x", "l");
        },
        ["a command to be allowed"] = screen => Ask(screen, new CommandDetails(Evil, Evil, null, Evil), Evil),
        ["a difference to be allowed"] = screen => Ask(screen, new DiffDetails(Evil, $"@@ -1 +1 @@\n-{Evil}\n+{Evil}\n", 1, 1), Evil),
        ["a pattern to be allowed always"] = async screen =>
        {
            await Ask(screen, null, Evil);
            await screen.AfterAsync(TimeSpan.FromSeconds(1));
            await screen.PressAsync("left", "return");
        },
        ["a question"] = screen => screen.TellAsync(new QuestionAsked(new QuestionRequest("q_1", Talks.SessionId, [new Question(Evil, Evil, [new QuestionOption(Evil, Evil)])]))),
        ["pasted text"] = async screen =>
        {
            await screen.PasteAsync(Evil);
            await screen.PressAsync("up");
        },
        ["names of files that are proposed"] = async screen =>
        {
            screen.Client.Files = [Evil, $"{Evil}/{Evil}"];
            await screen.TypeAsync("@a");
        },
        ["what a command answers"] = async screen =>
        {
            screen.Client.Said = Evil;
            await screen.TypeAsync("/loops");
            await screen.PressAsync("escape", "return");
        },
        ["a prompt that waits"] = async screen =>
        {
            screen.Client.Busy = true;
            await screen.PasteAsync(Evil);
            await screen.PressAsync("return");
        },
        ["files that are taken back"] = async screen =>
        {
            screen.Client.Reverted = [new RevertedFile(Evil, RevertOutcome.Refused, $"@@ -1 +1 @@\n-{Evil}\n+{Evil}\n", 1, 1, Evil)];
            await screen.TypeAsync("/undo");
            await screen.PressAsync("escape", "return");
        },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Nothing_is_obeyed_in(string place)
    {
        var client = new QuietClient
        {
            Place = new ProjectPlace("/home/ada/" + Evil, "/home/ada", Evil),
            Commands = [new("loops", Evil, "x", []), new(Evil, Evil, "x", [])],
        };
        client.Add(Talks.SessionId, "Greet", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_0", "hello")), Talks.Of(Talks.Reply("msg_2", StopReason.Done)));
        await using var screen = await new TuiScreen(150, 48, client, shows: Talks.SessionId).SettleAsync();
        var modes = screen.Terminal.Screen.Modes.ToList();
        await Cases[place](screen);
        await screen.ResizeAsync(70, 30);
        Assert.Empty(screen.Terminal.Screen.Unknown);
        Assert.Equal(modes, screen.Terminal.Screen.Modes);
        Assert.All(screen.Terminal.Screen.Commands, command => Assert.StartsWith("2;", command, StringComparison.Ordinal));
        Assert.True(screen.Terminal.Screen.AlternateScreen);
    }

    [Fact]
    public void Bytes_that_came_through_would_be_noticed()
    {
        var terminal = new VirtualTerminal(80, 24);
        terminal.Write(System.Text.Encoding.UTF8.GetBytes(Evil));
        Assert.True(terminal.Unknown.Count > 5);
        Assert.Contains("52;c;ZXZpbA==", terminal.Commands);
        Assert.Equal("‹U+D800›!", Disclosed.Of("\ud800!"));
    }

    [Fact]
    public async Task The_first_page_obeys_no_folder_and_no_branch()
    {
        var client = new QuietClient { Place = new ProjectPlace("/home/" + Evil, "/home", Evil) };
        await using var screen = await new TuiScreen(100, 30, client).SettleAsync();
        Assert.Empty(screen.Terminal.Screen.Unknown);
        Assert.Equal(["2;MiMoCode"], screen.Terminal.Screen.Commands);
    }

    [Fact]
    public async Task What_is_copied_is_only_ever_encoded()
    {
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Greet", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_0", Evil)));
        await using var screen = await new TuiScreen(100, 30, client, shows: Talks.SessionId).SettleAsync();
        await screen.MouseAsync(MouseAct.Press, 2, 0);
        await screen.MouseAsync(MouseAct.Drag, 40, 0);
        await screen.MouseAsync(MouseAct.Release, 40, 0);
        var copied = Assert.Single(screen.Terminal.Screen.Commands, command => command.StartsWith("52;c;", StringComparison.Ordinal));
        Assert.NotEmpty(Convert.FromBase64String(copied["52;c;".Length..]));
        Assert.Empty(screen.Terminal.Screen.Unknown);
    }

    [Theory]
    [InlineData("rm\u200b -rf /", "rm‹U+200B› -rf /")]
    [InlineData("echo \u202Egpj.exe", "echo ‹U+202E›gpj.exe")]
    [InlineData("ls \u2066a\u2069", "ls ‹U+2066›a‹U+2069›")]
    [InlineData("cat\u00a0/etc/passwd", "cat‹U+00A0›/etc/passwd")]
    [InlineData("a\u3164b\u2800c", "a‹U+3164›b‹U+2800›c")]
    [InlineData("x\ufe01y\U000E0041z", "x‹U+FE01›y‹U+E0041›z")]
    [InlineData("x\u200dy", "x‹U+200D›y")]
    [InlineData("e\u0301\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301‹U+0301›‹U+0301›")]
    [InlineData("a\u2028b\u0085c\u009b", "a‹U+2028›b‹U+0085›c‹U+009B›")]
    public void What_is_asked_about_names_what_is_not_seen(string text, string shown) => Assert.Equal(shown, Disclosed.Of(text));

    [Theory]
    [InlineData("git commit -m 'Größe, 世界　全角 e\u0301 한국어 ไทย עברית'")]
    [InlineData("echo 👨‍👩‍👧 ❤️ 🇨🇳 1️⃣ 👋🏽")]
    [InlineData("plain \e[2K stays for the screen to show\n")]
    public void What_people_write_stays_as_it_is(string text) => Assert.Equal(text, Disclosed.Of(text));

    [Fact]
    public async Task A_difference_to_be_allowed_hides_no_escape_and_no_bidirectional_override()
    {
        await using var screen = await new TuiScreen(100, 30, new QuietClient()).SettleAsync();
        await Ask(screen, new DiffDetails("a\u200b.sh", "@@ -1 +1,2 @@\n-x\n+echo \e[8mhidden\e[0m\n+a \u202Eb\tc\n", 2, 1), "a.sh");
        Assert.Contains("a‹U+200B›.sh", screen.Text, StringComparison.Ordinal);
        Assert.Contains("echo ␛[8mhidden␛[0m", screen.Text, StringComparison.Ordinal);
        Assert.Contains("a ‹U+202E›b    c", screen.Text, StringComparison.Ordinal);
    }

    private static Task Part(TuiScreen screen, Part part) => screen.TellAsync(Talks.Told(part));

    private static Task Ask(TuiScreen screen, Details? details, string pattern) => screen.TellAsync(new PermissionAsked(new PermissionRequest(
        "per_1", Talks.SessionId, "bash", [pattern], Details.ToMetadata(details), [pattern])));
}
