using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Models, their keys, what they cost and what form their answers have.</summary>
public sealed class ModelTests
{
    private const string Catalogue = """{"newcomer":{"id":"newcomer","name":"Newcomer","npm":"@ai-sdk/openai-compatible","api":"https://new.example/v1","env":["NEWCOMER_API_KEY"],"models":{"m-1":{"limit":{"context":200000,"output":1000},"cost":{"input":1,"output":2,"cache_read":0.1}}}}}""";

    [Fact]
    public async Task Lists_the_models_that_can_be_used_and_all_of_a_provider_that_is_named()
    {
        await using var scene = await Scene.OpenAsync();

        var usable = await scene.RunAsync("models");
        var named = await scene.RunAsync("models", "anthropic", "--verbose");

        Assert.Equal((0, "offline/repair — window 50.0M\ntest/scripted — window 128.0K\n"), (usable.Code, string.Concat(usable.Output.Split('\n').Where(line => line.StartsWith("offline", StringComparison.Ordinal) || line.StartsWith("test", StringComparison.Ordinal)).Select(line => line + "\n"))));
        Assert.Contains("anthropic/claude-opus-4-6 — window 200.0K, a new one from 172.0K on\n{", named.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await scene.RunAsync("models", "nobody")).Code);
    }

    [Fact]
    public async Task Fetches_the_list_only_when_asked_and_keeps_what_it_has_when_that_fails()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Environment["MIMOCODE_MODELS_URL"] = scene.Server.Url;
        scene.Server.Catalogue = Catalogue;
        Assert.Equal(2, (await scene.RunAsync("models", "newcomer")).Code);
        Assert.Empty(scene.Server.Requests);

        var fetched = await scene.RunAsync("models", "newcomer", "--refresh");
        scene.Server.Catalogue = null;
        var failed = await scene.RunAsync("models", "--refresh");
        var kept = await scene.RunAsync("models", "newcomer");

        Assert.Equal((0, "newcomer/m-1 — window 200.0K\n"), (fetched.Code, fetched.Output));
        Assert.Contains("Fetched 1 models from 127.0.0.1", fetched.Errors, StringComparison.Ordinal);
        Assert.Equal(1, failed.Code);
        Assert.Contains("answered 404; the list of models stays as it is", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("newcomer/m-1 — window 200.0K\n", kept.Output);
    }

    [Fact]
    public async Task A_file_that_is_named_for_the_list_is_used_and_nothing_fetched()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Environment["MIMOCODE_MODELS_URL"] = scene.Server.Url;
        scene.Environment["MIMOCODE_MODELS_PATH"] = scene.Write("list.json", Catalogue);

        var exit = await scene.RunAsync("models", "newcomer", "--refresh");

        Assert.Equal((0, "newcomer/m-1 — window 200.0K\n"), (exit.Code, exit.Output));
        Assert.Contains("MIMOCODE_MODELS_PATH", exit.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Server.Requests, request => request.Path.EndsWith("/api.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_provider_is_asked_what_it_has()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Environment["MIMOCODE_MODELS_URL"] = scene.Server.Url;
        scene.Server.Models = ["scripted", "llama-of-today"];

        var exit = await scene.RunAsync("models", "test", "--refresh");
        var after = await scene.RunAsync("models", "test");

        Assert.Contains("test itself names 2 models", exit.Errors, StringComparison.Ordinal);
        Assert.Equal("test/llama-of-today\ntest/scripted — window 128.0K\n", after.Output);
    }

    [Fact]
    public async Task A_key_is_tried_once_before_it_is_stored()
    {
        await using var scene = await Scene.OpenAsync();
        scene.Server.Key = "sk-right";
        scene.Settings["provider"]!["test"]!["options"]!.AsObject().Remove("apiKey");

        var refused = await LoginAsync(scene, "sk-wrong");
        var listed = await scene.RunAsync("auth", "list");
        var good = await LoginAsync(scene, "sk-right");

        Assert.Equal((1, ""), (refused.Code, listed.Output));
        Assert.Contains("no such key", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("The key is good: test knows it and offers 1 models.", good.Errors, StringComparison.Ordinal);
        Assert.Contains("test  api", (await scene.RunAsync("auth", "list")).Output, StringComparison.Ordinal);
        Assert.Equal(2, scene.Server.Requests.Count);
    }

    [Fact]
    public async Task The_key_of_Claude_Code_is_copied_with_consent_only_and_used_where_it_belongs()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("hello from over there"));
        scene.Settings.Remove("model");
        Directory.CreateDirectory(Path.Combine(scene.Project.Home, ".claude"));
        File.WriteAllText(Path.Combine(scene.Project.Home, ".claude/settings.json"), new JsonObject
        {
            ["env"] = new JsonObject
            {
                ["ANTHROPIC_AUTH_TOKEN"] = "sk-claude-0123456789abcdef", ["ANTHROPIC_BASE_URL"] = scene.Server.Url + "/", ["ANTHROPIC_DEFAULT_OPUS_MODEL"] = "claude-opus-4-6[1m]",
            },
        }.ToJsonString());

        var asked = await scene.RunAsync("auth", "import");
        var listed = await scene.RunAsync("auth", "list");
        var agreed = await scene.RunAsync("auth", "import", "--yes");
        var run = await scene.RunAsync("run", "hello");

        Assert.Equal((2, ""), (asked.Code, listed.Output));
        Assert.Contains("Found the key sk-clau…cdef for http://127.0.0.1", asked.Errors, StringComparison.Ordinal);
        Assert.Equal(0, agreed.Code);
        Assert.DoesNotContain("0123456789", asked.Errors + agreed.Errors, StringComparison.Ordinal);
        Assert.Equal((0, "hello from over there\n"), (run.Code, run.Output));
        var request = Assert.Single(scene.Server.Prompts);
        Assert.Equal(("/v1/messages", "claude-opus-4-6", "Bearer sk-claude-0123456789abcdef", false), (request.Path, request.Model, request.Headers["Authorization"], request.Headers.ContainsKey("x-api-key")));
    }

    [Fact]
    public async Task An_answer_that_fits_its_schema_is_the_only_output()
    {
        await using var scene = await Scene.OpenAsync(
            Reply.Call("list", new { }), Reply.Say("There is one file."), Reply.Say("""{ "files": ["a.txt"] }"""));
        scene.Project.Write("schema.json", """{"type":"object","required":["files"],"properties":{"files":{"type":"array","items":{"type":"string"}}}}""");

        var exit = await scene.RunAsync("run", "--output-schema", "schema.json", "Which files are here?");

        Assert.Equal((0, """{"files":["a.txt"]}""" + "\n"), (exit.Code, exit.Output));
        Assert.Contains("There is one file.", exit.Errors, StringComparison.Ordinal);
        Assert.Contains("it is not JSON", scene.Server.Prompts[2].Conversation[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_never_fits_ends_with_1_and_a_schema_that_cannot_be_checked_with_2()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("Prose.") with { Repeat = true });
        scene.Project.Write("schema.json", """{"type":"object"}""");
        scene.Project.Write("odd.json", """{"unevaluatedProperties":false}""");

        var exit = await scene.RunAsync("run", "--output-schema", "schema.json", "Which files are here?");
        var odd = await scene.RunAsync("run", "--output-schema", "odd.json", "Which files are here?");

        Assert.Equal((1, ""), (exit.Code, exit.Output));
        Assert.Equal(3, scene.Server.Prompts.Count);
        Assert.Contains("does not fit its schema after 3 tries", exit.Errors, StringComparison.Ordinal);
        Assert.Equal(2, odd.Code);
        Assert.Contains("unevaluatedProperties is a keyword that is not understood", odd.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_budget_that_runs_out_ends_with_5_and_is_announced()
    {
        await using var scene = await Scene.OpenAsync(Reply.Call("list", new { }) with { Repeat = true, Usage = new Usage(Input: 100_000, Output: 1_000) });
        scene.Settings["provider"]!["test"]!["models"]!["scripted"]!["cost"] = new JsonObject { ["input"] = 1, ["output"] = 10 };
        scene.Settings["budget"] = new JsonObject { ["turn"] = new JsonObject { ["cost"] = 0.50 } };

        var exit = await scene.RunAsync("run", "go");
        var stats = await scene.RunAsync("stats");

        Assert.Equal((5, 5), (exit.Code, scene.Server.Prompts.Count));
        Assert.Contains("! Of the budget of this turn, 0.44 of 0.50 dollars are used.", exit.Errors, StringComparison.Ordinal);
        Assert.Contains("The budget of this turn is used up: 0.55 of 0.50 dollars (budget.turn.cost).", exit.Errors, StringComparison.Ordinal);
        Assert.Contains("main", stats.Output, StringComparison.Ordinal);
        Assert.Contains("$0.5500", stats.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_names_the_model_that_is_asked()
    {
        await using var scene = await Scene.OpenAsync(Reply.Say("ok"));
        scene.Settings["model_groups"] = new JsonObject { ["quick"] = new JsonObject { ["default"] = "test/scripted", ["models"] = new JsonArray("anthropic/claude-haiku-4-5") } };

        var exit = await scene.RunAsync("run", "-m", "quick", "hello");
        var wrong = await scene.RunAsync("run", "-m", "slow", "hello");

        Assert.Equal((0, "ok\n"), (exit.Code, exit.Output));
        Assert.Equal(2, wrong.Code);
        Assert.Contains("'slow' is not a model: write provider/model, or one of quick", wrong.Errors, StringComparison.Ordinal);
    }

    private static async Task<Exit> LoginAsync(Scene scene, string key)
    {
        await using var process = scene.Start(["auth", "login", "test"], keepInputOpen: true);
        await process.WriteLineAsync(key);
        process.CloseInput();
        return await process.WaitAsync();
    }
}
