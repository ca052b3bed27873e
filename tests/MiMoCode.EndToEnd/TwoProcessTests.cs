using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Two programs and one session: one drives it, the other's prompt is queued there.</summary>
public sealed class TwoProcessTests
{
    [Fact]
    public async Task A_prompt_to_a_session_that_another_process_drives_is_answered_there()
    {
        var release = new TaskCompletionSource();
        await using var scene = await Scene.OpenAsync(
            Reply.Say("ready"),
            Reply.Call("bash", new { command = "echo worked", description = "Works" }) with { Delivery = new StallAfter(-1, release.Task) },
            Reply.Say("both heard"));
        var session = await SessionTests.SessionOfAsync(scene, "hello");
        await using var first = scene.Start(["run", "-s", session, "the first"]);
        await Until.TrueAsync(() => scene.Server.Prompts.Count == 2, "the first one to ask");

        await using var second = scene.Start(["run", "-s", session, "the second"]);
        await Until.TrueAsync(() => Waiting(scene) == 1, "the second prompt to be queued");
        release.SetResult();

        var (one, two) = (await first.WaitAsync(), await second.WaitAsync());
        Assert.Equal((0, "both heard\n"), (one.Code, one.Output));
        Assert.Equal((0, "both heard\n"), (two.Code, two.Output));
        Assert.Equal(3, scene.Server.Prompts.Count);
        Assert.Contains("the second", scene.Server.Prompts[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_of_a_process_that_died_is_taken_over_at_once()
    {
        await using var scene = await Scene.OpenAsync(
            new Reply { Text = "never", Delivery = new StallAfter(-1, Task.Delay(Timeout.Infinite)) }, Reply.Say("taken over"));
        await using var first = scene.Start(["run", "the first"]);
        await Until.TrueAsync(() => scene.Server.Prompts.Count == 1, "the first one to ask");
        await first.KillAsync();

        await using var second = scene.Start(["run", "-c", "the second"]);
        var exit = await second.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal((0, "taken over\n"), (exit.Code, exit.Output));
        Assert.Contains("the first", scene.Server.Prompts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_processes_write_one_database_together()
    {
        await using var scene = await Scene.OpenAsync(new Reply { ToolCalls = [], Text = "ok", Repeat = true });
        await scene.RunAsync("config", "check");
        var exits = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => scene.RunAsync("run", $"number {number}")));

        Assert.All(exits, exit => Assert.True(exit is { Code: 0, Output: "ok\n" }, exit.Errors));
        using var history = new History(scene.Database);
        Assert.Equal((10, "ok"), (history.Sessions.Count, history.QuickCheck));
    }

    private static int Waiting(Scene scene)
    {
        using var history = new History(scene.Database);
        return history.Texts("SELECT id FROM queue WHERE state = 'accepted'").Count;
    }
}
