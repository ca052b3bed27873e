using MiMoCode.App.Tui;
using MiMoCode.Protocol.Events;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

/// <summary>The moments before the engine is there, and what it says to the person.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task The_first_picture_and_the_first_keys_wait_for_no_engine()
    {
        var opened = new TaskCompletionSource<Opened>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var screen = new TuiScreen(opened: opened.Task, options: new TuiOptions { Version = "1.2.3", Agent = "plan" });
        screen.Step();
        Assert.Contains("MiMoCode 1.2.3", screen.Text, StringComparison.Ordinal);
        screen.PressNow("h", "i");
        Assert.Contains("┃ hi", screen.Text, StringComparison.Ordinal);
        screen.PressNow("return");
        Assert.Empty(screen.Client.Prompts);

        opened.SetResult(new Opened(screen.Client));
        await screen.SettleAsync();
        Assert.Equal("plan", Assert.Single(screen.Client.Prompts).Request.Agent);
        Assert.Contains("scripted", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_asked_for_and_not_there_yet_shows_no_first_page()
    {
        var opened = new TaskCompletionSource<Opened>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var screen = new TuiScreen(opened: opened.Task, shows: Talks.SessionId);
        screen.Client.Add(Talks.SessionId, "Greet", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "hello there")));
        screen.Step();
        Assert.DoesNotContain("earlier sessions", screen.Text, StringComparison.Ordinal);
        opened.SetResult(new Opened(screen.Client, Talks.SessionId));
        await screen.SettleAsync();
        Assert.Contains("hello there", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_stays_until_the_next_prompt_and_is_not_said_twice()
    {
        var client = new QuietClient();
        client.Add(Talks.SessionId, "Greet", Talks.Of(Talks.User("msg_1"), Talks.Text("msg_1", "prt_1", "hello there")));
        await using var screen = await new TuiScreen(client: client, shows: Talks.SessionId).SettleAsync();
        var warning = new SessionWarning("Four fifths of the budget are used: $4.00 of $5.00.") { SessionId = Talks.SessionId };
        await screen.TellAsync(warning, warning, new SessionWarning("Of another session.") { SessionId = "ses_other" });
        await screen.AfterAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(2, screen.Text.Split("Four fifths of the budget").Length);
        Assert.DoesNotContain("Of another", screen.Text, StringComparison.Ordinal);
        await screen.TypeAsync("go on");
        await screen.PressAsync("return");
        Assert.DoesNotContain("Four fifths", screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_answers_is_read_at_leisure_and_put_away_with_escape()
    {
        var client = new QuietClient { Commands = [new("goal", "A goal.", "x", [])], Said = "No goal is set.\nSet one with /goal WORDS." };
        await using var screen = await new TuiScreen(client: client).SettleAsync();
        await screen.TypeAsync("/goal");
        await screen.PressAsync("escape", "return");
        await screen.AfterAsync(TimeSpan.FromMinutes(2));
        Assert.Contains("No goal is set.", screen.Text, StringComparison.Ordinal);
        Assert.Contains("Set one with /goal WORDS.", screen.Text, StringComparison.Ordinal);
        await screen.PressAsync("escape");
        Assert.DoesNotContain("No goal is set.", screen.Text, StringComparison.Ordinal);
    }
}
