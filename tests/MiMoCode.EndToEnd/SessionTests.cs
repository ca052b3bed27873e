using System.Text.Json.Nodes;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Sessions are found again, gone on with, copied, listed, moved and deleted.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Goes_on_with_the_last_session_and_the_model_sees_all_of_it()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("Blue."), Reply.Say("You said blue."));
        await scene.RunAsync("run", "My colour is blue.");

        var exit = await scene.RunAsync("run", "-c", "Which colour?");

        Assert.Equal("You said blue.\n", exit.Output);
        var said = scene.Server.Prompts[1].Conversation.Where(each => each.Role is "user" or "assistant").Select(each => each.Text).ToList();
        Assert.Contains("My colour is blue.", said[0], StringComparison.Ordinal);
        Assert.Equal("Blue.", said[1]);
        Assert.Contains("Which colour?", said[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_with_a_session_by_its_id_though_another_is_newer()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("1"), Reply.Say("2"), Reply.Say("3"));
        var first = await SessionOfAsync(scene, "a walrus");
        await scene.RunAsync("run", "a xylophone");

        var exit = await scene.RunAsync("run", "-s", first, "third");

        Assert.Equal(0, exit.Code);
        Assert.Contains("a walrus", scene.Server.Prompts[2].Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a xylophone", scene.Server.Prompts[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_in_a_copy_and_leaves_the_session_as_it_is()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("1"), Reply.Say("2"));
        var original = await SessionOfAsync(scene, "first");
        var before = (await scene.RunAsync("export", original)).Output;

        var (exit, records) = await scene.RunJsonAsync("-s", original, "--fork", "second");

        Assert.Equal(0, exit.Code);
        Assert.NotEqual(original, (string?)records[0]["sessionID"]);
        Assert.Contains("first", scene.Server.Prompts[1].Text, StringComparison.Ordinal);
        Assert.Equal(before, (await scene.RunAsync("export", original)).Output);
    }

    [Fact]
    public async Task Names_a_session_by_its_title_or_by_the_beginning_of_the_message()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("1"), Reply.Say("2"));
        await scene.RunAsync("run", "--title", "A good name", "first");
        await scene.RunAsync("run", "--title", "", "This message is longer than the fifty letters which a title may have.");

        var listed = JsonNode.Parse((await scene.RunAsync("session", "list", "--format", "json")).Output)!.AsArray();

        Assert.Equal(["This message is longer than the fifty letters whic...", "A good name"], listed.Select(session => (string?)session!["title"]));
        var table = (await scene.RunAsync("session", "list", "-n", "1")).Output;
        Assert.Contains("This message is longer", table, StringComparison.Ordinal);
        Assert.DoesNotContain("A good name", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moves_a_session_to_another_home_without_changing_a_byte()
    {
        await using var here = await Scene.OpenAsync(Reply.Call("bash", new { command = "echo é", description = "Says é" }), Reply.Say("Said."));
        await using var there = await Scene.OpenAsync(Reply.Say("It was é."));
        await here.RunAsync("run", "say é");
        var exported = await here.RunAsync("export");
        var file = there.Project.Write("session.json", exported.Output);

        var imported = await there.RunAsync("import", file);

        Assert.Equal(0, imported.Code);
        Assert.Equal(WithoutPlace(exported.Output), WithoutPlace((await there.RunAsync("export", imported.Output.Trim())).Output));
        Assert.Equal(0, (await there.RunAsync("import", file)).Code);
        Assert.Equal("It was é.\n", (await there.RunAsync("run", "-s", imported.Output.Trim(), "What was it?")).Output);
        Assert.Contains("say é", there.Server.Prompts[0].Conversation.First(said => said.Role is "user").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deletes_a_session_with_all_that_was_said()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("noted"));
        var session = await SessionOfAsync(scene, "remember the word xylophone");

        var exit = await scene.RunAsync("session", "delete", session);

        Assert.Equal((0, ""), (exit.Code, exit.Output));
        Assert.Equal("", (await scene.RunAsync("session", "list")).Output);
        using var history = new History(scene.Database);
        Assert.Empty(history.Parts);
        Assert.Equal(2, (await scene.RunAsync("run", "-s", session, "go on")).Code);
    }

    [Fact]
    public async Task Counts_what_was_billed()
    {
        await using var scene = await Scene.OpenAsync(
            new Reply { Text = "a", Usage = new Usage(Input: 2_000, Output: 30, Cached: 500) }, new Reply { Text = "b", Usage = new Usage(Input: 100, Output: 20) });
        await scene.RunAsync("run", "one");
        await scene.RunAsync("run", "-c", "two");

        var stats = await scene.RunAsync("stats");

        Assert.Equal(0, stats.Code);
        Assert.Matches(@"main +2 +1\.6K +50 +0 +500 ", stats.Output);
        Assert.Matches(@"test/scripted +2 ", stats.Output);
    }

    internal static async Task<string> SessionOfAsync(Scene scene, string message) =>
        (string)(await scene.RunJsonAsync(message)).Records[0]["sessionID"]!;

    private static string WithoutPlace(string export)
    {
        var session = JsonNode.Parse(export)!;
        session["info"]!.AsObject().Remove("directory");
        session["info"]!.AsObject().Remove("projectID");
        return session.ToJsonString();
    }
}
