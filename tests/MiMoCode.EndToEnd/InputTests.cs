using System.Diagnostics;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>What comes in on the standard input and by files; a pipe that is merely open never holds anything up.</summary>
public sealed class InputTests
{
    [Fact]
    public async Task Adds_what_is_piped_in_to_the_message()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        await ShellAsync(scene, "printf 'from the pipe' | \"$MIMO\" run 'from the line'");
        Assert.Contains("from the line\\nfrom the pipe", scene.Server.Prompts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Takes_what_is_piped_in_as_the_message()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        var exit = await ShellAsync(scene, "echo 'only from the pipe' | \"$MIMO\" run");
        Assert.Equal((0, "ok\n"), (exit.Code, exit.Output));
        Assert.Contains("only from the pipe", scene.Server.Prompts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_a_file_as_input()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        await ShellAsync(scene, "\"$MIMO\" run 'look at this' < a.txt");
        Assert.Contains("look at this\\none", scene.Server.Prompts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_wait_on_a_pipe_that_whoever_started_it_holds_open()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        await using var process = scene.Start(["run", "hello"], keepInputOpen: true);
        var exit = await process.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((0, "ok\n"), (exit.Code, exit.Output));
    }

    [Fact]
    public async Task Does_not_wait_on_a_silent_neighbour_in_a_pipeline()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        var watch = Stopwatch.StartNew();
        var exit = await ShellAsync(scene, "mkfifo quiet; exec 3<>quiet; \"$MIMO\" run hello < quiet");
        Assert.Equal((0, "ok\n"), (exit.Code, exit.Output));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Does_not_wait_on_a_pipe_that_is_named_as_a_file()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        var exit = await ShellAsync(scene, "mkfifo quiet; \"$MIMO\" run -f quiet hello");
        Assert.Equal((2, ""), (exit.Code, exit.Output));
        Assert.Contains("quiet is a named pipe, not a file.", exit.Errors, StringComparison.Ordinal);
        Assert.Empty(scene.Server.Prompts);
    }

    [Fact]
    public async Task Refuses_to_run_without_a_message()
    {
        await using var scene = await Scene.OpenAsync();
        var exit = await scene.RunAsync("run");
        Assert.Equal((2, ""), (exit.Code, exit.Output));
        Assert.Single(exit.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Sends_files_and_folders_along()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("notes/b.txt", "the word is walrus\n"), ("src/deep.txt", "x")).WithGit(), Reply.Say("ok"));
        var exit = await scene.RunAsync("run", "-f", "notes/b.txt", "-f", "src", "what is the word?");
        Assert.Equal(0, exit.Code);
        Assert.Contains("the word is walrus", scene.Server.Prompts[0].Text, StringComparison.Ordinal);
        Assert.Contains("deep.txt", scene.Server.Prompts[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Works_in_the_folder_that_is_named()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("sub/here.txt", "x")), Reply.Call("bash", new { command = "ls", description = "Lists" }), Reply.Say("ok"));
        await scene.RunAsync("run", "--dir", "sub", "list");
        Assert.Contains("here.txt", scene.Server.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
    }

    private static async Task<Exit> ShellAsync(Scene scene, string line)
    {
        scene.Write("config/mimocode.json", scene.Settings.ToJsonString());
        var start = new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = scene.Project.Root, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = scene.Project.Home;
        start.Environment["MIMOCODE_HOME"] = scene.Home;
        start.Environment["MIMO"] = MimoProcess.Program;
        using var shell = Process.Start(start)!;
        var (output, errors) = (shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(MimoProcess.Patience);
        try
        {
            await shell.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            shell.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{line}' does not end");
        }
        return new Exit(shell.ExitCode, await output, await errors);
    }
}
