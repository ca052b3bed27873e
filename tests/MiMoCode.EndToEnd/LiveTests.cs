using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using Xunit.Abstractions;

namespace MiMoCode.EndToEnd;

/// <summary>
/// Ten small tasks for a real model: <c>MIMOCODE_LIVE=provider/model ./test --live</c>, with its key in the variable that the provider
/// reads, and <c>MIMOCODE_LIVE_URL</c> for an address of one's own. In every run from outside a script plays the model, so that the
/// tasks themselves are known to be right.
/// </summary>
public sealed class LiveTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LongestTask = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Names => [.. LiveTasks.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_script_can_do(string name)
    {
        var task = LiveTasks.Named(name);
        await using var scene = await Scene.OpenAsync(new TempProject(task.Files).WithGit(), task.Script);

        var exit = await scene.RunAsync("run", task.Prompt);

        Assert.True(exit.Code is 0, exit.Errors);
        Assert.Null(task.Judge(scene.Project, exit.Output));
    }

    [LiveTheory]
    [Trait("Category", "Live")]
    [MemberData(nameof(Names))]
    public async Task A_model_can_do(string name)
    {
        var task = LiveTasks.Named(name);
        var model = LiveTheoryAttribute.Model!;
        using var project = new TempProject(task.Files).WithGit();
        var variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(each => ((string)each.Key).EndsWith("_API_KEY", StringComparison.Ordinal)).ToDictionary(each => (string)each.Key, each => (string)each.Value!);
        if (Environment.GetEnvironmentVariable("MIMOCODE_LIVE_URL") is { Length: > 0 } url)
        {
            variables["MIMOCODE_CONFIG_CONTENT"] = new JsonObject
            {
                ["provider"] = new JsonObject { [model.Split('/', 2)[0]] = new JsonObject { ["options"] = new JsonObject { ["baseURL"] = url } } },
            }.ToJsonString();
        }

        await using var process = MimoProcess.Start(project, ["run", "--format", "json", "-m", model, task.Prompt], variables);
        var exit = await process.WaitAsync(LongestTask);

        var records = Scene.Records(exit.Output);
        var steps = records.Where(record => (string?)record["type"] is "step_finish").Select(record => record["part"]!["tokens"]!).ToList();
        var said = string.Concat(records.Where(record => (string?)record["type"] is "text").Select(record => (string?)record["part"]!["text"]));
        var problem = exit.Code is 0 ? task.Judge(project, said) : $"code {exit.Code}: {exit.Errors}";
        output.WriteLine($"{(problem is null ? "pass" : "fail")}  {name}: {steps.Count} steps, {steps.Sum(tokens => (long?)tokens["input"] ?? 0)} tokens in, {steps.Sum(tokens => (long?)tokens["output"] ?? 0)} out");
        Assert.Null(problem);
    }
}

/// <summary>A test with rows that asks a real model; without one it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LiveTheoryAttribute : TheoryAttribute
{
    public LiveTheoryAttribute()
    {
        if (Model is null) { Skip = "needs MIMOCODE_LIVE=provider/model"; }
    }

    /// <summary>The model that is asked.</summary>
    public static string? Model => Environment.GetEnvironmentVariable("MIMOCODE_LIVE") is { Length: > 0 } model ? model : null;
}
