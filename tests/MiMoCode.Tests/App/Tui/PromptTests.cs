using MiMoCode.App.Tui;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

public sealed class PromptTests
{
    [Fact]
    public async Task A_prompt_begins_a_session_and_is_sent_with_agent_and_model()
    {
        await using var screen = new TuiScreen();
        await screen.SettleAsync();
        await screen.PressAsync("tab");
        await screen.TypeAsync("héllo 世界");
        await screen.PressAsync("return");
        var (session, request) = Assert.Single(screen.Client.Prompts);
        Assert.Equal(("ses_1", "plan", QuietClient.Model), (session, request.Agent, request.Model));
        Assert.Equal("héllo 世界", Assert.IsType<PromptText>(Assert.Single(request.Parts)).Text);
    }

    [Fact]
    public async Task A_prompt_that_cannot_be_stored_comes_back_and_the_reason_is_shown()
    {
        await using var screen = new TuiScreen(client: new QuietClient { Refusal = "The disk is full." });
        await screen.SettleAsync();
        await screen.TypeAsync("precious");
        await screen.PressAsync("return");
        Assert.Contains("┃ precious", screen.Text, StringComparison.Ordinal);
        Assert.Contains("The disk is full.", screen.Text, StringComparison.Ordinal);
        await screen.AfterAsync(TimeSpan.FromSeconds(6));
        Assert.DoesNotContain("The disk is full.", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_agent_works_enter_queues_and_another_key_steers()
    {
        await using var screen = await BusyAsync();
        await screen.TypeAsync("then this");
        await screen.PressAsync("return");
        await screen.TypeAsync("now this");
        await screen.PressAsync("ctrl+s");
        Assert.Equal([Delivery.WhenIdle, Delivery.NextStep], screen.Client.Prompts.Select(prompt => prompt.Request.Delivery!.Value));
        Assert.Contains("QUEUED  then this", screen.Text, StringComparison.Ordinal);
        Assert.Contains("NEXT STEP  now this", screen.Text, StringComparison.Ordinal);

        // After an interruption they still wait, and so does what is sent behind them.
        screen.Client.Busy = false;
        await screen.TellAsync(new SessionIdle(StopReason.Aborted) { SessionId = Talks.SessionId });
        await screen.TypeAsync("last");
        await screen.PressAsync("return");
        Assert.Contains("PROMPT  last", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_escapes_interrupt_and_one_does_not()
    {
        await using var screen = await BusyAsync();
        await screen.PressAsync("escape");
        Assert.Contains("again to interrupt", screen.Text, StringComparison.Ordinal);
        await screen.AfterAsync(TimeSpan.FromSeconds(6));
        await screen.PressAsync("escape");
        Assert.Empty(screen.Client.Aborted);
        await screen.PressAsync("escape");
        Assert.Equal([Talks.SessionId], screen.Client.Aborted);
    }

    [Fact]
    public async Task Ctrl_c_interrupts_keeps_the_draft_then_clears_it_then_leaves()
    {
        await using var screen = await BusyAsync();
        await screen.TypeAsync("draft");
        await screen.PressAsync("ctrl+c");
        Assert.Equal([Talks.SessionId], screen.Client.Aborted);
        Assert.Contains("draft", screen.Text, StringComparison.Ordinal);
        await screen.TellAsync(new SessionIdle { SessionId = Talks.SessionId });
        await screen.PressAsync("ctrl+c");
        Assert.DoesNotContain("draft", screen.Text, StringComparison.Ordinal);
        Assert.Null(screen.ExitCode);
        await screen.PressAsync("ctrl+c");
        Assert.Equal(0, screen.ExitCode);
    }

    [Fact]
    public async Task A_long_paste_is_one_word_on_the_screen_and_whole_in_the_prompt()
    {
        await using var screen = new TuiScreen();
        await screen.SettleAsync();
        await screen.TypeAsync("see ");
        await screen.PasteAsync("one\ntwo\nthree");
        Assert.Contains("see [Pasted ~3 lines]", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("return");
        Assert.Equal("see one\ntwo\nthree", Assert.IsType<PromptText>(screen.Client.Prompts.Single().Request.Parts[0]).Text);
    }

    [Fact]
    public async Task What_was_pasted_is_sent_whole_also_after_a_failure_and_whatever_it_looks_like()
    {
        await using var screen = new TuiScreen();
        await screen.SettleAsync();
        screen.Client.Refusal = "The disk is full.";
        await screen.PasteAsync("one\n[Pasted ~4 lines]\nthree");
        await screen.PasteAsync("1\n2\n3\n4");
        await screen.PressAsync("enter");
        Assert.Contains("[Pasted ~3 lines][Pasted ~4 lines]", screen.Text, StringComparison.Ordinal);
        screen.Client.Refusal = null;
        await screen.PressAsync("ctrl+c");
        await screen.PressAsync("ctrl+-", "enter");
        var part = Assert.IsType<PromptText>(Assert.Single(Assert.Single(screen.Client.Prompts).Request.Parts));
        Assert.Equal("one\n[Pasted ~4 lines]\nthree1\n2\n3\n4", part.Text);
    }

    [Fact]
    public async Task Files_are_proposed_after_an_at_sign()
    {
        await using var screen = new TuiScreen(client: new QuietClient { Files = ["src/deep/Program.cs", "Program.cs", "readme.md"] });
        await screen.SettleAsync();
        await screen.TypeAsync("look at @prog");
        Assert.Contains(" Program.cs", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("readme.md", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("tab");
        Assert.Contains("look at @Program.cs", screen.Text, StringComparison.Ordinal);

        // Named with its lines nothing is left to choose, so Enter sends.
        await screen.PressAsync("backspace");
        await screen.TypeAsync("#3-9");
        await screen.PressAsync("return");
        Assert.Equal("look at @Program.cs#3-9", Assert.IsType<PromptText>(screen.Client.Prompts.Single().Request.Parts[0]).Text);
    }

    [Fact]
    public async Task Earlier_prompts_come_back_also_in_the_next_run_and_a_broken_line_is_left_out()
    {
        using var project = new TempProject();
        var file = project.Write("state/prompt-history.jsonl", "{\"input\":\"from before\"}\n{\"inp");
        await using (var screen = new TuiScreen(history: file))
        {
            await screen.SettleAsync();
            await screen.TypeAsync("newer");
            await screen.PressAsync("return");
        }

        Assert.Equal(["{\"input\":\"from before\"}", "{\"input\":\"newer\"}"], await File.ReadAllLinesAsync(file));
        await using var next = new TuiScreen(history: file);
        await next.SettleAsync();
        await next.TypeAsync("draft");
        await next.PressAsync("up", "up");
        Assert.Contains("from before", next.Text, StringComparison.Ordinal);
        await next.PressAsync("down", "down");
        Assert.Contains("draft", next.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/help", "Help")]
    [InlineData("/models", "test/scripted")]
    [InlineData("/agents", "Changes nothing.")]
    [InlineData("/themes", "mono")]
    [InlineData("/undo", "nothing to take back")]
    [InlineData("/redo", "nothing to bring back")]
    public async Task Slash_commands_answer(string command, string seen)
    {
        await using var screen = new TuiScreen(90, 30);
        await screen.SettleAsync();
        await screen.TypeAsync(command);
        await screen.PressAsync("return");
        Assert.Contains(seen, screen.Text, StringComparison.Ordinal);
        Assert.Empty(screen.Client.Prompts);
    }

    [Fact]
    public async Task Commands_that_expand_to_prompts_are_proposed_and_sent_with_their_words()
    {
        await using var screen = new TuiScreen(90, 30, new QuietClient { Commands = [new("goal", "Work until it is true.", "Until $ARGUMENTS", ["$ARGUMENTS"]), new("init", "Write AGENTS.md.", "Write it.", [])] });
        await screen.SettleAsync();
        await screen.TypeAsync("/go");
        Assert.Contains("Work until it is true.", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("return");
        Assert.Empty(screen.Client.Expanded);
        await screen.TypeAsync("tests pass");
        await screen.PressAsync("return");
        await screen.TypeAsync("/ini");
        await screen.PressAsync("return");
        Assert.Equal([("goal", "tests pass"), ("init", "")], screen.Client.Expanded.Select(request => (request.Command, request.Arguments)));
        Assert.Empty(screen.Client.Prompts);
    }

    [Fact]
    public async Task Undo_shows_what_becomes_of_files_before_anything_happens_and_gives_the_prompt_back()
    {
        var client = new QuietClient { Reverted = [new("src/Grüße.cs", RevertOutcome.Restored, "@@ -1 +1 @@\n-two\n+one\n", 1, 1), new("b.txt", RevertOutcome.Refused, Reason: "It was changed since.")] };
        client.Add(Talks.SessionId, "Undo", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "make it 二")), Talks.Of(Talks.Reply("msg_2"), Talks.Text("msg_2", "prt_2", "It is two.")));
        await using var screen = new TuiScreen(90, 30, client, new TuiOptions(), shows: Talks.SessionId);
        await screen.SettleAsync();
        await screen.TypeAsync("/undo");
        await screen.PressAsync("return");
        Golden.Check("undo.txt", screen.Text);
        Assert.Equal([true], client.Reverts.Select(request => request!.Preview));
        await screen.PressAsync("escape", "ctrl+x", "u", "right", "return");
        Assert.Equal(new RevertRequest("msg_1", Scope: RevertScope.Files), client.Reverts[^1]);
        Assert.Contains("1 left alone", screen.Text, StringComparison.Ordinal);

        await screen.PressAsync("ctrl+x", "u", "return");
        Assert.Equal(new RevertRequest("msg_1", Scope: RevertScope.Both), client.Reverts[^1]);
        await screen.TellAsync(new SessionUpdated(client.Stored[Talks.SessionId].Info with { Revert = new SessionRevert("msg_1") }) { SessionId = Talks.SessionId });
        Assert.Contains("┃ make it 二", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("It is two.", screen.Text, StringComparison.Ordinal);
        Assert.Contains("1 prompt is taken back", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("ctrl+x", "r");
        Assert.Null(client.Reverts[^1]);
    }

    [Fact]
    public async Task A_command_line_of_ones_own_runs_in_the_session()
    {
        await using var screen = new TuiScreen();
        await screen.SettleAsync();
        await screen.TypeAsync("!ls -l");
        Assert.Contains("Shell · esc leaves", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("return");
        Assert.Equal("ls -l", Assert.Single(screen.Client.Lines).Command);
        Assert.DoesNotContain("Shell", screen.Text, StringComparison.Ordinal);
        Assert.Empty(screen.Client.Prompts);

        // What it printed stands there without the words about who answered in what time.
        await screen.TellAsync(
            Talks.Told(Talks.Reply("msg_2", StopReason.Done)), Talks.Told(Talks.Call("msg_2", "prt_1", "bash", new CommandDetails("ls -l", "total 0"))));
        Assert.Contains("total 0", screen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("▣", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_the_settings_take_the_place_of_ours()
    {
        var keys = new Dictionary<string, string> { ["leader"] = "ctrl+o", ["help"] = "<leader>z", ["app_exit"] = "none" };
        await using var screen = new TuiScreen(90, 30, settings: new TuiSettings { Keys = keys });
        await screen.SettleAsync();
        await screen.PressAsync("ctrl+o", "z", "pagedown");
        Assert.Contains("Model and agent", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("escape", "ctrl+o", "q");
        Assert.Null(screen.ExitCode);
    }

    [Fact]
    public async Task A_letter_costs_a_few_bytes_however_long_the_conversation_is()
    {
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Long", [.. Enumerable.Range(1, 2000).Select(n => Talks.Of(Talks.User($"msg_{n}"), Talks.Text($"msg_{n}", $"prt_{n}", $"prompt {n}")))]);
        await using var screen = new TuiScreen(120, 40, client, new TuiOptions(), shows: Talks.SessionId);
        await screen.SettleAsync();
        await screen.TypeAsync("a");
        var (bytes, writes) = (screen.Terminal.Screen.BytesTaken, screen.Terminal.Writes);
        await screen.TypeAsync("b");
        Assert.InRange(screen.Terminal.Screen.BytesTaken - bytes, 1, 40);
        Assert.Equal(1, screen.Terminal.Writes - writes);
    }

    [Fact]
    public async Task A_frame_allocates_little_and_no_more_in_a_long_conversation()
    {
        Assert.InRange(await AllocatedAsync(4), 0, 24_000);
        Assert.InRange(await AllocatedAsync(2000), 0, 24_000);

        static async Task<long> AllocatedAsync(int messages)
        {
            var client = new QuietClient();
            client.Add(Talks.SessionId, "Long", [.. Enumerable.Range(1, messages).Select(n => Talks.Of(Talks.User($"msg_{n}"), Talks.Text($"msg_{n}", $"prt_{n}", $"prompt {n} 世界")))]);
            await using var screen = new TuiScreen(120, 40, client, new TuiOptions(), shows: Talks.SessionId);
            await screen.SettleAsync();
            await screen.TypeAsync("words");
            return screen.AllocatedByFrame();
        }
    }

    private static async Task<TuiScreen> BusyAsync()
    {
        var client = new QuietClient { Busy = true };
        client.Add(Talks.SessionId, "Busy");
        var screen = new TuiScreen(client: client, options: new TuiOptions(), shows: Talks.SessionId);
        await screen.SettleAsync();
        await screen.TellAsync(new SessionStatusChanged(new SessionIsBusy()) { SessionId = Talks.SessionId });
        return screen;
    }
}
