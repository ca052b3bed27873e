using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Stopped by a signal, a run leaves a history that can be gone on with, and nothing that still runs.</summary>
public sealed class StopTests
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    [Theory]
    [InlineData(Interrupt, 130)]
    [InlineData(Terminate, 143)]
    public async Task A_signal_in_the_middle_of_a_command_ends_the_command_and_settles_the_call(int signal, int code)
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(("wait.sh", "echo $$ > pid\nsleep 300\n")), Reply.Call("bash", new { command = "sh wait.sh", description = "Waits" }), Reply.Say("on we go"));
        await using var process = scene.Start(["run", "wait"]);
        await Until.TrueAsync(() => File.Exists(scene.Project["pid"]) && scene.Project.Read("pid").EndsWith('\n'), "the command to run");

        process.Signal(signal);
        var exit = await process.WaitAsync();

        Assert.Equal((code, ""), (exit.Code, exit.Output));
        Assert.False(Directory.Exists("/proc/" + scene.Project.Read("pid").Trim()), "the command still runs");
        using (var history = new History(scene.Database))
        {
            Assert.Equal(["error"], history.CallStates);
        }
        Assert.Equal("on we go\n", (await scene.RunAsync("run", "-c", "go on")).Output);
    }

    [Fact]
    public async Task A_signal_in_the_middle_of_a_reply_keeps_what_was_said()
    {
        await using var scene = await Scene.OpenAsync(
            new Reply { Text = "The beginning of a long answer, and more of it.", Delivery = new StallAfter(600, Task.Delay(Timeout.Infinite)) }, Reply.Say("on we go"));
        await using var process = scene.Start(["run", "talk"]);
        using var patience = new CancellationTokenSource(MimoProcess.Patience);
        await scene.Server.NextPromptAsync(patience.Token);

        process.Signal(Interrupt);
        var exit = await process.WaitAsync();

        Assert.Equal(130, exit.Code);
        Assert.Contains("mimo run -s ses_", exit.Errors, StringComparison.Ordinal);
        var next = await scene.RunAsync("run", "-c", "go on");
        Assert.Equal((0, "on we go\n"), (next.Code, next.Output));
        Assert.Contains("talk", scene.Server.Prompts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_ends_the_wait_for_another_try_at_once()
    {
        await using var scene = await Scene.OpenAsync(Reply.Refuse(429, "slow down", ("Retry-After", "200")));
        await using var process = scene.Start(["run", "hello"]);
        await process.UntilErrorsAsync("trying again");

        process.Signal(Interrupt);
        var exit = await process.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal((130, ""), (exit.Code, exit.Output));
    }
}
