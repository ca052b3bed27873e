using System.Text.Json.Nodes;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>
/// Checkpoints, notes and memory files when the process is killed while it writes them, and when two processes use one session: old or
/// new, never torn, and no note that was acknowledged is lost.
/// </summary>
public sealed class MemoryCrashTests
{
    private const int Steps = 24;
    private const int Killed = 137;

    public static TheoryData<string> FailPoints =>
    [
        "checkpoint.before", "checkpoint.row", "checkpoint.after", "memory.rename", "memory.rename:2", "memory.rename:3",
        "checkpoint.before:2", "checkpoint.row:2", "checkpoint.after:2",
    ];

    [Theory]
    [MemberData(nameof(FailPoints))]
    public async Task A_checkpoint_is_the_old_or_the_new_one_when_the_process_dies_in_it(string point)
    {
        await using var scene = await OpenAsync();
        scene.Environment["MIMOCODE_FAIL_POINT"] = point;
        var exit = await scene.RunAsync("run", "work");
        scene.Environment.Clear();
        Assert.True(exit.Code is Killed, $"{point} was not passed: code {exit.Code}\n{exit.Errors}");

        CheckFiles(scene, afterRepair: false);
        exit = await scene.RunAsync("run", "-c", "go on");
        Assert.True(exit.Code is 0, $"does not go on: code {exit.Code}\n{exit.Errors}");
        Assert.EndsWith("All done.\n", exit.Output, StringComparison.Ordinal);
        CheckFiles(scene, afterRepair: true);
    }

    [Fact]
    public async Task Two_processes_on_one_session_write_one_line_of_checkpoints()
    {
        await using var scene = await OpenAsync();
        var session = await SessionTests.SessionOfAsync(scene, "hello");
        var exits = await Task.WhenAll(
            scene.RunAsync("run", "-s", session, "work"), scene.RunAsync("run", "-s", session, "work too"), scene.RunAsync("run", "-s", session, "and more"));
        Assert.All(exits, exit => Assert.True(exit.Code is 0, exit.Errors));
        CheckFiles(scene, afterRepair: true);
    }

    private static Task<Scene> OpenAsync() => OpenAsync(new Worker());

    private static async Task<Scene> OpenAsync(Worker worker)
    {
        var scene = await Scene.OpenAsync(new TempProject(("a.txt", "one\n")).WithGit(), worker.Answer);
        scene.Settings["provider"]!["test"]!["models"]!["scripted"]!["limit"]!["context"] = 24_000;
        return scene;
    }

    private static void CheckFiles(Scene scene, bool afterRepair)
    {
        using var history = new History(scene.Database);
        Assert.Equal("ok", history.QuickCheck);
        var covered = history.Texts("SELECT covered_seq FROM checkpoint ORDER BY version").Select(long.Parse).ToList();
        Assert.Equal(covered.Order(), covered);

        var memory = Path.Combine(scene.Home, "data/memory");
        var versions = history.Texts("SELECT '# Checkpoint ' || version || char(10, 10) || body || char(10) FROM checkpoint ORDER BY version");
        foreach (var file in Files(memory, "checkpoint.md"))
            Assert.Contains(File.ReadAllText(file), afterRepair ? versions.TakeLast(1) : versions);
        if (afterRepair)
            Assert.Single(Files(memory, "checkpoint.md"));

        var noted = string.Concat(Files(memory, "notes.md").Select(File.ReadAllText));
        foreach (var text in Acknowledged(history))
            Assert.Contains(text, noted, StringComparison.Ordinal);
        if (afterRepair)
        {
            Assert.NotEmpty(Acknowledged(history));
            Assert.Contains("## Your notes", versions[^1], StringComparison.Ordinal);
        }
    }

    private static string[] Files(string folder, string name) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, name, SearchOption.AllDirectories) : [];

    private static List<string> Acknowledged(History history) =>
    [
        .. history.Parts.Values.Where(part => (string?)part["tool"] == "memory" && (string?)part["state"]!["status"] == "completed")
            .Select(part => (string)part["state"]!["input"]!["text"]!),
    ];

    /// <summary>Fills its window with outputs, notes something now and then, and writes checkpoints when it is asked to.</summary>
    private sealed class Worker
    {
        private int step;

        public Reply Answer(ReceivedRequest request)
        {
            if (request.ToolNames.Count is 0)
                return Reply.Say("A title");
            var usage = new Usage(request.Text.Length / 4, 20);
            if (request.Conversation[^1].Text.Contains("This is not from the user", StringComparison.Ordinal))
                return Reply.Say("## Discoveries\n- the lines of the output have numbers from 1 to 60\n") with { Usage = usage };
            var at = Interlocked.Increment(ref step);
            var reply = at > Steps ? Reply.Say("All done.")
                : at % 4 is 0 ? Reply.Call("memory", new { action = "note", text = $"the valve {at} is open" })
                : Reply.Call("bash", new { command = $"seq -f 'line %g of the long output of step {at}, which fills the window' 1 60", description = "Works" });
            return reply with { Usage = usage };
        }
    }
}
