using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Our own doors on a server: the interface, and one prompt.</summary>
public sealed class RemoteTests
{
    private const string Password = "open sesame";

    [Fact]
    public async Task One_prompt_on_a_server_and_what_needs_a_person_is_refused()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request =>
            request.ToolNames.Count is 0 ? Reply.Say("A title")
            : request.Conversation[^1].Role is "tool" ? Reply.Say("I may not.")
            : request.Conversation.Last(said => said.Role is "user").Text.Contains("publish", StringComparison.Ordinal) ? Reply.Call("bash", new { command = "git push --force", description = "Publish" })
            : Reply.Say("Done there."));
        await using var server = await ServeAsync(scene);
        var url = UrlOf(server);
        var exit = await scene.RunAsync("run", "--attach", url, "-p", Password, "do it");
        Assert.Equal((0, "Done there.\n"), (exit.Code, exit.Output));
        var asked = await scene.RunAsync("run", "--attach", url, "-c", "publish");
        Assert.Contains("refused", asked.Errors, StringComparison.Ordinal);
        Assert.Contains("git push --force", asked.Errors, StringComparison.Ordinal);
        var stranger = await scene.RunAsync("run", "--attach", url, "-p", "wrong", "do it");
        Assert.Equal(2, stranger.Code);
        Assert.StartsWith("mimo: The server wants a password", stranger.Errors, StringComparison.Ordinal);

        server.Signal(15);
        Assert.Equal(0, (await server.WaitAsync()).Code);
        var gone = await scene.RunAsync("run", "--attach", url, "do it");
        Assert.Contains("cannot be reached", gone.Errors, StringComparison.Ordinal);
    }

    [NeedsFact("tmux")]
    public async Task The_interface_on_a_server()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), request =>
            request.ToolNames.Count is 0 ? Reply.Say("A title")
            : request.Conversation[^1].Role is "tool" ? Reply.Say("Nothing was published.")
            : Reply.Call("bash", new { command = "git push --force", description = "Publish" }));
        await using var server = await ServeAsync(scene);
        await using var terminal = await TmuxTerminal.StartAsync(scene, 100, 30);
        await terminal.TypeAsync($"mimo attach {UrlOf(server)} -p '{Password}'; echo left=$?", "Enter");
        await terminal.UntilAsync("Ask for anything");
        await terminal.TypeAsync("publish it");
        await terminal.UntilAsync("publish it");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("Permission required");
        await terminal.ResizeAsync(90, 28);
        await terminal.UntilAsync("esc rejects");
        await terminal.PressAsync("Escape");
        await terminal.UntilAsync("Nothing was published.");
        await terminal.PressAsync("C-c");
        await terminal.UntilAsync("left=0");
        Assert.Contains("mimo attach http://127.0.0.1:", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_serves_meanwhile()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("Done."));
        var exit = await scene.RunAsync("run", "--port", "0", "do it");
        Assert.Equal((0, "Done.\n"), (exit.Code, exit.Output));
        Assert.Contains("mimo: serving at http://127.0.0.1:", exit.Errors, StringComparison.Ordinal);
    }

    private static string UrlOf(MimoProcess server) => server.Output.Trim().Split(' ')[^1];

    private static async Task<MimoProcess> ServeAsync(Scene scene)
    {
        scene.Environment["MIMOCODE_SERVER_PASSWORD"] = Password;
        var server = scene.Start(["serve"]);
        await server.UntilOutputAsync("\n");
        return server;
    }
}
