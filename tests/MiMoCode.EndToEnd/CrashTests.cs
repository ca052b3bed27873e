using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MiMoCode.EndToEnd;

/// <summary>
/// The process is killed with signal 9, at named places and at random moments, while it does real work. Whatever it had told its client
/// is there afterwards, the database is sound, no file is torn, and the work goes on.
/// </summary>
public sealed class CrashTests
{
    private const int Killed = 137;

    public static TheoryData<string> FailPoints =>
    [
        "commit.before", "commit.before:2", "commit.before:5", "commit.before:12", "commit.before:25",
        "commit.after", "commit.after:2", "commit.after:5", "commit.after:12", "commit.after:25",
        "blob.before", "blob.after",
        "enqueue.before", "enqueue.after", "take",
        "message.store", "message.store:4", "message.store:11", "message.store:20",
        "journal.planned", "journal.planned:2", "journal.settle", "journal.settle:2",
    ];

    [Theory]
    [MemberData(nameof(FailPoints))]
    public async Task Loses_nothing_when_it_ends_at_a_named_place(string point)
    {
        await using var scene = await Scene.OpenAsync(Repairer.Project(), Repairer.Answer);
        scene.Environment["MIMOCODE_FAIL_POINT"] = point;
        var (exit, told) = await scene.RunJsonAsync("repair it");
        scene.Environment.Clear();

        Assert.True(exit.Code is Killed, $"{point} was not passed: code {exit.Code}\n{exit.Errors}");
        await CheckAsync(scene, told, promptAccepted: point is not ("enqueue.before" or "commit.before" or "commit.before:2" or "commit.after" or "commit.after:2" or "message.store"));
    }

    [Fact]
    public async Task Loses_nothing_when_it_ends_at_any_moment()
    {
        var rounds = Environment.GetEnvironmentVariable("MIMOCODE_NIGHTLY") is "1" ? 50 : 12;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var usual = await TimeOfAWholeRunAsync();
        for (var round = 0; round < rounds; round++)
        {
            await using var scene = await Scene.OpenAsync(Repairer.Project(), Repairer.Answer);
            await using var process = scene.Start(["run", "--format", "json", "repair it"]);
            // A moment is a time and nothing else: it must not depend on what the program does.
            await Task.Delay(usual * random.NextDouble());
            if (!process.HasEnded) { await process.KillAsync(); }
            var exit = await process.WaitAsync();
            try
            {
                await CheckAsync(scene, Scene.Records(exit.Output), promptAccepted: exit.Output.Contains('\n'));
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException($"round {round} of seed {seed}: {wrong.Message}\n{exit.Output}", wrong);
            }
        }
    }

    [Fact]
    public async Task Goes_on_after_dying_again_and_again()
    {
        await using var scene = await Scene.OpenAsync(Repairer.Project(), Repairer.Answer);
        var told = new List<JsonObject>();
        for (var death = 3; death < 24; death += 4)
        {
            scene.Environment["MIMOCODE_FAIL_POINT"] = $"commit.after:{death}";
            var (exit, records) = await scene.RunJsonAsync(told.Count == 0 ? ["repair it"] : ["-c", "go on"]);
            told.AddRange(records);
            if (exit.Code is not Killed) { break; }
        }
        scene.Environment.Clear();
        await CheckAsync(scene, told, promptAccepted: true);
    }

    private static async Task CheckAsync(Scene scene, IReadOnlyList<JsonObject> told, bool promptAccepted)
    {
        Assert.Contains(scene.Project.Read("sum.sh"), new[] { Repairer.Broken, Repairer.Repaired });
        Assert.True(!File.Exists(scene.Project["large.txt"]) || scene.Project.Read("large.txt") == Repairer.Large, "large.txt is torn");

        var exit = await scene.RunAsync("run", "-c", "go on");
        Assert.True(exit.Code is 0, $"does not go on: code {exit.Code}\n{exit.Errors}");
        Assert.EndsWith("All done.\n", exit.Output, StringComparison.Ordinal);
        Assert.Equal(Repairer.Repaired, scene.Project.Read("sum.sh"));
        Assert.Equal(Repairer.Large, scene.Project.Read("large.txt"));
        Assert.DoesNotContain(Directory.EnumerateFiles(scene.Project.Root), file => Path.GetFileName(file) is not ("sum.sh" or "large.txt"));

        using (var history = new History(scene.Database))
        {
            Assert.Equal("ok", history.QuickCheck);
            Assert.DoesNotContain(history.CallStates, state => state is "pending" or "running");
            Assert.Equal(promptAccepted ? ["repair it", "go on"] : ["go on"], history.Prompts.Distinct().Where(prompt => promptAccepted || prompt != "repair it"));
        }

        var export = JsonNode.Parse((await scene.RunAsync("export")).Output)!;
        var stored = export["messages"]!.AsArray().SelectMany(message => message!["parts"]!.AsArray()).ToDictionary(part => (string)part!["id"]!);
        foreach (var record in told.Where(record => record["part"] is not null))
        {
            var part = record["part"]!;
            Assert.True(stored.TryGetValue((string)part["id"]!, out var kept), $"told and lost: {part}");
            Assert.True(JsonNode.DeepEquals(part, kept), $"told: {part}\nkept: {kept}");
        }
    }

    private static async Task<TimeSpan> TimeOfAWholeRunAsync()
    {
        await using var scene = await Scene.OpenAsync(Repairer.Project(), Repairer.Answer);
        var watch = Stopwatch.StartNew();
        var exit = await scene.RunAsync("run", "repair it");
        Assert.Equal((0, Repairer.Repaired), (exit.Code, scene.Project.Read("sum.sh")));
        return watch.Elapsed;
    }
}
