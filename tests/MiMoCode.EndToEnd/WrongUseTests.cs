using System.Text.Json.Nodes;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Wrong use is one clear line and exit code 2; what needs a person is refused at once.</summary>
public sealed class WrongUseTests
{
    [Theory]
    [InlineData("frobnicate")]
    [InlineData("--bogus")]
    [InlineData("run", "--bogus", "hello")]
    [InlineData("run", "--format", "yaml", "hello")]
    [InlineData("run", "-s", "ses_unknown", "hello")]
    [InlineData("run", "--fork", "hello")]
    [InlineData("run", "--agent", "nobody", "hello")]
    [InlineData("run", "-m", "nobody/nothing", "hello")]
    [InlineData("run", "-m", "nothing", "hello")]
    [InlineData("run", "-f", "missing.txt", "hello")]
    [InlineData("run", "--dir", "missing", "hello")]
    [InlineData("session", "delete", "ses_unknown")]
    [InlineData("export", "ses_unknown")]
    [InlineData("import", "missing.json")]
    [InlineData("import", "a.txt")]
    [InlineData("models", "nobody")]
    [InlineData("auth", "logout", "nobody")]
    public async Task Wrong_use_is_one_line_and_code_2(params string[] arguments)
    {
        await using var scene = await Scene.OpenAsync();

        var exit = await scene.RunAsync(arguments);

        Assert.Equal((2, ""), (exit.Code, exit.Output));
        var line = Assert.Single(exit.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), each => each.StartsWith("mimo: ", StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", exit.Errors, StringComparison.Ordinal);
        Assert.True(line.Length < 300, line);
        Assert.Empty(scene.Server.Prompts);
    }

    [Fact]
    public async Task A_broken_settings_file_is_named_with_its_place()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Project.Write("mimocode.json", "{\n  \"model\": \"test/scripted\",\n  \"permission\": {\"bash\": deny}\n}\n");

        var exit = await scene.RunAsync("run", "hello");

        Assert.Equal((2, ""), (exit.Code, exit.Output));
        Assert.Contains("mimocode.json:3:", exit.Errors, StringComparison.Ordinal);
        Assert.Empty(scene.Server.Prompts);
    }

    [Fact]
    public async Task A_wrong_key_is_dropped_alone_and_its_neighbours_hold()
    {
        await using var scene = await Scene.OpenAsync(Reply.Call("bash", new { command = "echo hello", description = "Says hello" }), Reply.Say("ok"));
        scene.Project.Write("mimocode.json", "{\n  \"modell\": \"x/y\",\n  \"permission\": {\"bash\": \"deny\"}\n}\n");

        var exit = await scene.RunAsync("run", "say hello");
        var check = await scene.RunAsync("config", "check");

        Assert.DoesNotContain("hello\\n", scene.Server.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
        Assert.Contains("bash", scene.Server.Prompts[^1].LastToolResult!.Text, StringComparison.Ordinal);
        Assert.Equal(2, check.Code);
        Assert.Contains("modell", check.Output, StringComparison.Ordinal);
        Assert.Contains("mimocode.json:2:", check.Output, StringComparison.Ordinal);
        Assert.NotEqual(2, exit.Code);
    }

    [Fact]
    public async Task What_needs_a_person_is_refused_in_one_line_and_the_model_is_told()
    {
        await using var scene = await Scene.OpenAsync(Reply.Call("bash", new { command = "git reset --hard", description = "Resets" }), Reply.Say("I may not reset."));
        scene.Project.Write("a.txt", "changed\n");

        var exit = await scene.RunAsync("run", "reset it");

        Assert.Equal("changed\n", scene.Project.Read("a.txt"));
        Assert.Matches(@"✗ bash git reset --hard\n  Refused: .*: nobody is there to ask\.", exit.Errors);
        Assert.Contains("nobody is there to ask", scene.Server.Prompts[1].LastToolResult!.Text, StringComparison.Ordinal);
        Assert.Equal("I may not reset.\n", exit.Output);
        using var history = new History(scene.Database);
        Assert.Equal(["error"], history.CallStates);
    }

    [Fact]
    public async Task Skipping_permissions_does_not_skip_what_always_needs_a_person()
    {
        await using var scene = await Scene.OpenAsync(
            Reply.Call("read", new { filePath = ".env" }), Reply.Call("bash", new { command = "git push --force", description = "Pushes" }), Reply.Say("ok"));
        scene.Project.Write(".env", "WORD=walrus\n");

        await scene.RunAsync("run", "--dangerously-skip-permissions", "go");

        Assert.Contains("walrus", scene.Server.Prompts[1].LastToolResult!.Text, StringComparison.Ordinal);
        using var history = new History(scene.Database);
        Assert.Equal(["completed", "error"], history.CallStates);
    }

    [Fact]
    public async Task Keys_are_stored_for_their_owner_alone_and_a_damaged_file_is_kept_aside()
    {
        await using var scene = await Scene.OpenAsync();
        await LoginAsync(scene, "xiaomi", Scene.Key + "-1");
        var path = Path.Combine(scene.Home, "data", "auth.json");
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(path) is (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Equal("api", (string?)JsonNode.Parse(File.ReadAllText(path))!["xiaomi"]!["type"]);

        File.WriteAllText(path, File.ReadAllText(path)[..^5]);
        var exit = await LoginAsync(scene, "openai", Scene.Key + "-2");

        Assert.Equal(0, exit.Code);
        Assert.Contains("kept as", exit.Errors, StringComparison.Ordinal);
        Assert.Contains(Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "auth.json*"), file => file != path && File.ReadAllText(file).Contains(Scene.Key + "-1", StringComparison.Ordinal));
        var listed = await scene.RunAsync("auth", "list");
        Assert.Contains("openai", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Scene.Key, listed.Output + listed.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await scene.RunAsync("auth", "logout", "openai")).Code);
        Assert.DoesNotContain("openai", (await scene.RunAsync("auth", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_is_written_to_logs_exports_or_the_database()
    {
        await using var scene = await Scene.OpenAsync(Reply.Refuse(401, $$$"""{"error":{"message":"no such key"}}"""), Reply.Say("ok"));
        await scene.RunAsync("run", "--log-level", "DEBUG", "hello");
        var shown = await scene.RunAsync("run", "--print-logs", "--log-level", "DEBUG", "-c", "again");

        Assert.Contains("INFO ", shown.Errors, StringComparison.Ordinal);
        Assert.Equal("ok\n", shown.Output);
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(scene.Home, "data", "log")));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(scene.Home, "data"), "*", SearchOption.AllDirectories))
        {
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Scene.Key)) >= 0, $"{file} holds the key");
        }
        Assert.DoesNotContain(Scene.Key, (await scene.RunAsync("config", "show")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Scene.Key, (await scene.RunAsync("export")).Output, StringComparison.Ordinal);
    }

    private static async Task<Exit> LoginAsync(Scene scene, string provider, string key)
    {
        await using var process = scene.Start(["auth", "login", provider, "--no-check"], keepInputOpen: true);
        await process.WriteLineAsync(key);
        process.CloseInput();
        return await process.WaitAsync();
    }
}
