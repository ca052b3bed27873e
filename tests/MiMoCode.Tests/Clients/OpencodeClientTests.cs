using System.Text.Json;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Clients;

/// <summary>The ecosystem's own client, unchanged, against our server.</summary>
public sealed class OpencodeClientTests
{
    [NeedsFact("node", "npm")]
    public async Task Creates_a_session_prompts_it_and_follows_the_events()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Call("bash", new { command = "echo hi", description = "Greets" }), Reply.Say("Done."));
        var verdict = JsonDocument.Parse(await NodeClients.RunAsync(
            "opencode-session.mjs", server.Url.ToString().TrimEnd('/'), $"mimocode:{ServerHarness.Password}", server.Project.Root, "Greet me.")).RootElement;
        Assert.Equal(("judged", "Done."), (verdict.Text("title"), verdict.Text("answer")));
        Assert.True(verdict.GetProperty("listed").GetBoolean());
        Assert.Equal(["bash completed"], verdict.GetProperty("tools").EnumerateArray().Select(tool => tool.GetString()));
        Assert.Superset(
            // It connects when the first event is asked for, which is after it has created the session.
            new HashSet<string?> { "server.connected", "message.updated", "message.part.updated", "message.part.delta", "session.status", "session.idle" },
            verdict.GetProperty("events").EnumerateArray().Select(type => type.GetString()).ToHashSet());
    }

    [ApiFact]
    public async Task Gives_every_method_of_the_client_an_answer_of_the_described_form()
    {
        await using var server = await ServerHarness.StartAsync(null, Reply.Call("read", new { filePath = "readme.md" }), Reply.Say("It says hello."), Reply.Say("Read it."), Reply.Say("Once more."));
        var verdicts = JsonDocument.Parse(await NodeClients.RunAsync(
            "opencode-surface.mjs", server.Url.ToString().TrimEnd('/'), $"mimocode:{ServerHarness.Password}", server.Project.Root, ApiFactAttribute.Description)).RootElement;
        var report = verdicts.EnumerateArray().Select(verdict => $"{verdict.Text("method")} {verdict.Text("route")} {verdict.Number("status")}"
            + (verdict.TryGetProperty("errors", out var errors) ? $" {errors}" : verdict.TryGetProperty("described", out _) ? " as described" : ""));
        Golden.Check("opencode-surface.txt", string.Join('\n', report) + '\n');
        Assert.Empty(server.Log);
    }

    [NeedsFact("node", "npm")]
    public async Task Is_started_under_the_name_of_the_other_program_and_lets_only_its_starter_in()
    {
        await using var models = await ModelServer.StartAsync(Reply.Say("Here I am."));
        using var project = new TempProject(("opencode.json", ServerHarness.ConfigOf(models)));
        var bin = Directory.CreateDirectory(Path.Combine(project.Home, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "opencode"), Path.Combine(AppContext.BaseDirectory, "mimo"));
        var environment = ServerHarness.EnvironmentOf(project, models).All.Remove("MIMOCODE_CONFIG_CONTENT").Add("MIMOCODE_CONFIG", project["opencode.json"]);
        environment = environment.SetItem("PATH", $"{bin}:{environment["PATH"]}");
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } dotnet)
            environment = environment.Add("DOTNET_ROOT", dotnet);
        var verdict = JsonDocument.Parse(await NodeClients.RunAsync("opencode-server.mjs", environment, project.Root, "Where are you?")).RootElement;
        Assert.Equal("Here I am.", verdict.Text("answer"));
        Assert.Equal(401, verdict.Number("stranger"));
    }
}

/// <summary>A test that needs the description of the ecosystem's API, which is not ours to carry.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ApiFactAttribute : FactAttribute
{
    public ApiFactAttribute()
    {
        if (!File.Exists(Description)) { Skip = "needs the API description, named by MIMOCODE_TEST_API"; }
        else if (!Programs.Exists("node") || !Programs.Exists("npm")) { Skip = "needs node, npm"; }
    }

    /// <summary>The file, named by a variable or beside the repository.</summary>
    public static string Description { get; } =
        Environment.GetEnvironmentVariable("MIMOCODE_TEST_API") ?? Repository.Path("../shared/api/openapi.json");
}
