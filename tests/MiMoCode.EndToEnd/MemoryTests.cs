using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>What one process was told, the next one knows: of the project, of the user, of the tasks; and nothing of other projects.</summary>
public sealed class MemoryTests
{
    [Fact]
    public async Task A_new_session_knows_what_is_remembered_of_the_project_and_of_the_user_and_where_the_rest_is()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("Hello."));
        await scene.RunAsync("memory", "add", "The walrus test needs port 6391.");
        await scene.RunAsync("memory", "add", "--global", "Answer in Frisian.");
        var project = Path.GetDirectoryName((string)Listed(await scene.RunAsync("memory", "list", "--json"), "project")["path"]!)!;
        File.WriteAllText(Path.Combine(project, "MEMORY-otters.md"), "Otters hold hands.\n");

        await scene.RunAsync("run", "Hello");

        var system = scene.Server.Prompts[0].Conversation[0].Text;
        Assert.Contains("The walrus test needs port 6391.", system, StringComparison.Ordinal);
        Assert.Contains("Answer in Frisian.", system, StringComparison.Ordinal);
        Assert.Contains("MEMORY-otters.md", system, StringComparison.Ordinal);
        Assert.DoesNotContain("hold hands", system, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_trees_share_a_memory_and_folders_without_git_have_each_their_own()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("1"), Reply.Say("2"), Reply.Say("3"));
        var (tree, one, other) = (scene.Project["../tree"], scene.Project["../one"], scene.Project["../other"]);
        scene.Project.Git("worktree", "add", "--quiet", tree);
        Directory.CreateDirectory(one);
        Directory.CreateDirectory(other);
        await scene.RunAsync("memory", "add", "The walrus is grey.");
        await scene.RunAsync("memory", "add", "--dir", one, "The otter is brown.");

        await scene.RunAsync("run", "--dir", tree, "Hello");
        await scene.RunAsync("run", "--dir", one, "Hello");
        await scene.RunAsync("run", "--dir", other, "Hello");

        Assert.Equal(
            [(true, false), (false, true), (false, false)],
            scene.Server.Prompts.Select(prompt => prompt.Conversation[0].Text)
                .Select(system => (system.Contains("walrus is grey", StringComparison.Ordinal), system.Contains("otter is brown", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(5_000_000, "is used as far as it goes")]
    [InlineData(100, "no UTF-8")]
    public async Task A_damaged_memory_is_used_as_far_as_it_goes_and_never_lost(int length, string warning)
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("Hello."));
        await scene.RunAsync("memory", "add", "The walrus is grey.");
        var path = (string)Listed(await scene.RunAsync("memory", "list", "--json"), "project")["path"]!;
        byte[] damaged = [.. "- The walrus is grey.\n"u8, .. Enumerable.Repeat((byte)(length > 1000 ? 'x' : 0xFF), length), (byte)'\n'];
        File.WriteAllBytes(path, damaged);

        var shown = await scene.RunAsync("memory", "list");
        await scene.RunAsync("run", "Hello");
        var added = await scene.RunAsync("memory", "add", "The otter is brown.");
        await scene.RunAsync("memory", "restore");

        Assert.Contains(warning, shown.Errors, StringComparison.Ordinal);
        Assert.Equal(0, added.Code);
        Assert.Equal(damaged, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_process_that_is_killed_while_it_writes_leaves_the_old_file_or_the_new_one()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.RunAsync("memory", "add", "One.");
        scene.Environment["MIMOCODE_FAIL_POINT"] = "memory.rename";
        Assert.Equal(137, (await scene.RunAsync("memory", "add", "Two.")).Code);
        scene.Environment.Clear();

        var between = (await scene.RunAsync("memory", "show", "project")).Output;
        await scene.RunAsync("memory", "add", "Three.");

        Assert.Contains("One.", between, StringComparison.Ordinal);
        Assert.DoesNotContain("Two.", between, StringComparison.Ordinal);
        var after = (await scene.RunAsync("memory", "show", "project")).Output;
        Assert.Contains("One.", after, StringComparison.Ordinal);
        Assert.Contains("Three.", after, StringComparison.Ordinal);
        Assert.Equal(0, (await scene.RunAsync("memory", "restore", "--version", "2")).Code);
        Assert.Contains("Two.", (await scene.RunAsync("memory", "show", "project")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_processes_that_remember_at_the_same_time_lose_nothing_and_those_who_must_wait_say_so()
    {
        await using var scene = await Scene.OpenAsync();
        await scene.RunAsync("memory", "list");

        var exits = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => scene.RunAsync("memory", "add", $"Line number {n}.")));

        var shown = (await scene.RunAsync("memory", "show", "project")).Output;
        foreach (var (n, exit) in exits.Index())
            Assert.Equal(exit.Code is 0, shown.Contains($"Line number {n}.", StringComparison.Ordinal));
        Assert.Contains(exits, exit => exit.Code is 0);
        Assert.All(exits, exit => Assert.True(exit.Code is 0 || exit.Errors.Contains("Try again", StringComparison.Ordinal), exit.Errors));
    }

    [Fact]
    public async Task Tasks_survive_a_kill_and_the_next_process_goes_on_with_them()
    {
        await using var scene = await Scene.OpenAsync(
            Reply.Call("task", new { action = "create", summary = "Feed the walrus\nFeed the otter" }),
            Reply.Call("task", new { action = "done", id = "T1", note = "Two herrings." }),
            new Reply { Text = "never", Delivery = new StallAfter(-1, Task.Delay(Timeout.Infinite)) },
            Reply.Call("task", new { action = "done", id = "T2" }),
            Reply.Say("Fed."));
        await using (var first = scene.Start(["run", "Feed them"]))
        {
            await Until.TrueAsync(() => scene.Server.Prompts.Count == 3, "the third request");
            await first.KillAsync();
        }

        var between = JsonNode.Parse((await scene.RunAsync("session", "show", "--json")).Output)!;
        var (exit, records) = await scene.RunJsonAsync("-c", "Go on");

        Assert.Equal([("T1", "done"), ("T2", "open")], between["tasks"]!.AsArray().Select(task => ((string)task!["id"]!, (string)task["status"]!)));
        Assert.Equal(0, exit.Code);
        var told = Assert.Single(records, record => (string?)record["type"] == "task_updated");
        Assert.Equal(("T2", "done"), ((string?)told["event"]!["properties"]!["task"]!["id"], (string?)told["event"]!["properties"]!["kind"]));
        var shown = (await scene.RunAsync("session", "show")).Output;
        Assert.Contains("✓ T2 Feed the otter", shown, StringComparison.Ordinal);
        Assert.Contains("Tasks: 0 not ended", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_shows_its_window_and_when_the_next_checkpoint_comes()
    {
        await using var scene = await Scene.OpenAsync(new Reply { Text = "Hello.", Usage = new Usage(Input: 11_000, Output: 100) });
        var session = await SessionTests.SessionOfAsync(scene, "Hello");

        var report = JsonNode.Parse((await scene.RunAsync("session", "show", session, "--json")).Output)!;

        var window = report["window"]!;
        Assert.Equal((11_100, true, "beginning"), ((int)window["tokens"]!, (bool)window["counted"]!, (string)window["begins"]!));
        Assert.Equal(128_000, (int)window["limit"]!);
        Assert.Equal(0.2, (double)window["next"]!["share"]!);
        Assert.Equal((int)((int)window["usable"]! * 0.2), (int)window["next"]!["tokens"]!);
        Assert.Equal("main", (string)report["cost"]![0]!["group"]!);
        Assert.Equal(2, (await scene.RunAsync("session", "show", "ses_nobody")).Code);
        Assert.Equal("ses_nobody", (await scene.RunAsync("session", "rename", "ses_nobody", "x")).Errors.Split(' ')[^1].TrimEnd('.', '\n'));
    }

    private static JsonNode Listed(Exit exit, string name) =>
        JsonNode.Parse(exit.Output)!.AsArray().Single(file => (string?)file!["name"] == name)!;
}
