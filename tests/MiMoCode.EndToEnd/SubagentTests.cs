using System.Diagnostics;
using System.Globalization;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>Work that is given to subagents: in front, behind, many at once, killed, resumed, ended.</summary>
public sealed class SubagentTests
{
    private const string Report = "Status: success\nSummary: It is in a.txt.\n\nLine 1 holds it.";

    [Fact]
    public async Task A_subagent_looks_and_reports()
    {
        await using var scene = await Scene.OpenAsync(Project(), request => IsChild(request)
            ? LastIs(request, "tool") ? Reply.Say(Report) : Reply.Call("read", new { filePath = "a.txt" })
            : LastIs(request, "tool") ? Reply.Say("It is in a.txt, line 1.") : Actor(new { action = "run", agent = "explore", prompt = "CHILD Where is it?", description = "Find it" }));
        var seen = new Transcript(scene);

        Assert.Equal(0, (await seen.RunAsync("run", "find it")).Code);

        Assert.DoesNotContain("actor", scene.Server.Prompts.First(IsChild).ToolNames);
        Golden.Check("subagent-looks-and-reports.txt", seen.AddRequests().ToString());
    }

    [Fact]
    public async Task Is_spawned_watched_told_more_waited_for_and_ended()
    {
        var release = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        Reply Held(Reply reply) => reply with { Delivery = new StallAfter(-1, release.Task) };
        var steps = new Queue<Func<Reply>>(
        [
            () => Actor(new { action = "spawn", agent = "general", prompt = "CHILD one" }),
            () => Actor(new { action = "spawn", agent = "general", prompt = "CHILD two" }),
            () => Actor(new { action = "status" }),
            () => Actor(new { action = "send", id = "general-1", prompt = "And look at b too." }),
            () => Actor(new { action = "cancel", id = "general-2" }),
            () => { release.SetResult(); return Actor(new { action = "wait", id = "general-1" }); },
            () => Actor(new { action = "status" }),
            () => Actor(new { action = "wait", id = "general-9" }),
            () => Reply.Say("All done."),
            () => Reply.Say("Noted."),
            () => Reply.Say("Noted."),
        ]);
        await using var scene = await Scene.OpenAsync(Project(), request => IsChild(request)
            ? !Says(request, "And look at b too") ? Held(Reply.Call("read", new { filePath = "a.txt" }))
                // Long enough for its parent to wait for it.
                : LastIs(request, "user") ? Reply.Call("bash", new { command = "sleep 0.5", description = "Looks for a while" })
                : Reply.Say("Status: success\nSummary: Looked at both.")
            : steps.Dequeue()());
        var seen = new Transcript(scene);

        Assert.Equal(0, (await seen.RunAsync("run", "do it in parallel")).Code);

        var main = scene.Server.Prompts.Where(request => !IsChild(request)).ToList();
        Golden.Check("subagent-actions.txt", seen + string.Join("\n\n", main[^1].Conversation.Skip(1).Select(said => $"{said.Role}: {said.Text}")));
        using var history = new History(scene.Database);
        Assert.Equal(["done", "cancelled"], history.Texts("SELECT state FROM run ORDER BY rowid"));
    }

    [Fact]
    public async Task A_child_that_was_killed_is_said_to_be_and_goes_on_where_it_was()
    {
        var killed = false;
        var childSteps = 0;
        var mainSteps = new Queue<Func<Reply>>(
        [
            () => Actor(new { action = "run", agent = "general", prompt = "CHILD do it" }),
            () => Actor(new { action = "status" }),
            () => Actor(new { action = "run", id = "general-1", prompt = "CHILD go on" }),
            () => Reply.Say("It is done."),
        ]);
        await using var scene = await Scene.OpenAsync(Project(), request => !IsChild(request) ? mainSteps.Dequeue()()
            : killed ? Reply.Say(Report)
            : ++childSteps == 1 ? Reply.Call("write", new { filePath = "half.txt", content = "half\n" })
            : new Reply { Text = "never", Delivery = new StallAfter(-1, Task.Delay(Timeout.Infinite)) });
        await using (var process = scene.Start(["run", "do it"]))
        {
            await Until.TrueAsync(() => childSteps == 2, "the child to be at work");
            await process.KillAsync();
        }
        killed = true;

        var seen = new Transcript(scene);
        Assert.Equal(0, (await seen.RunAsync("run", "-c", "where are we?")).Code);

        var resumed = scene.Server.Prompts.Last(IsChild);
        Assert.Contains(resumed.Conversation, said => said.Calls is [{ Name: "write" }]);
        using var history = new History(scene.Database);
        Assert.Equal(["interrupted", "done"], history.Texts("SELECT state FROM run ORDER BY rowid"));
        Golden.Check("subagent-killed-and-resumed.txt", seen + string.Join("\n\n", scene.Server.Prompts[^1].Conversation.Skip(1).Select(said => $"{said.Role}: {said.Text}")));
    }

    [Fact]
    public async Task Stopping_the_parent_ends_the_children_and_their_processes_within_a_second()
    {
        var started = 0;
        await using var scene = await Scene.OpenAsync(
            new TempProject(("wait.sh", "echo $$ > pid$1\nsleep 300\n")).WithGit(),
            request => IsChild(request)
                ? Reply.Call("bash", new { command = $"sh wait.sh {Interlocked.Increment(ref started)}", description = "Waits" })
                : new Reply { ToolCalls = [.. Enumerable.Range(0, 4).Select(number => ToolCall.Of("actor", new { action = "run", agent = "general", prompt = $"CHILD {number}" }))] });
        await using var process = scene.Start(["run", "wait in four places"]);
        var pids = Enumerable.Range(1, 4).Select(number => scene.Project[$"pid{number}"]).ToList();
        await Until.TrueAsync(() => pids.All(pid => File.Exists(pid) && File.ReadAllText(pid).EndsWith('\n')), "four children to wait");

        var clock = Stopwatch.StartNew();
        process.Signal(2);
        await Until.TrueAsync(() => pids.All(pid => !Directory.Exists("/proc/" + File.ReadAllText(pid).Trim())), "the processes to be gone");
        var elapsed = clock.Elapsed;
        var exit = await process.WaitAsync();

        Assert.True(elapsed < TimeSpan.FromSeconds(1), $"it took {elapsed}");
        Assert.True(exit.Code is 130, $"code {exit.Code}: {exit.Errors}");
        using var history = new History(scene.Database);
        Assert.DoesNotContain(history.CallStates, state => state is "running" or "pending");
        Assert.DoesNotContain("running", history.Texts("SELECT state FROM run"));
    }

    [Fact]
    public async Task Sixteen_children_at_once_need_no_more_than_150_megabytes()
    {
        var all = new TaskCompletionSource();
        var waiting = 0;
        await using var scene = await Scene.OpenAsync(Project(), request => IsChild(request)
            ? LastIs(request, "tool") ? Waiting() : Reply.Call("read", new { filePath = "a.txt" })
            : LastIs(request, "tool") ? Reply.Say("All sixteen are back.")
            : new Reply { ToolCalls = [.. Enumerable.Range(0, 16).Select(number => ToolCall.Of("actor", new { action = "run", agent = "general", prompt = $"CHILD {number}" }))] });
        scene.Settings["subagent_parallel"] = 16;
        await using var process = scene.Start(["run", "do sixteen things"]);
        await Until.TrueAsync(() => Volatile.Read(ref waiting) == 16, "sixteen children to wait for the model");

        var megabytes = Peak(process.Id);
        all.SetResult();
        var exit = await process.WaitAsync();

        Assert.Equal((0, "All sixteen are back.\n"), (exit.Code, exit.Output));
        Assert.True(megabytes <= 150, $"the peak was {megabytes} MB");

        Reply Waiting()
        {
            Interlocked.Increment(ref waiting);
            return Reply.Say(Report) with { Delivery = new StallAfter(-1, all.Task) };
        }
    }

    private static TempProject Project() => new TempProject(("a.txt", "It is here.\n")).WithGit();

    private static Reply Actor(object arguments) => Reply.Call("actor", arguments);

    private static bool IsChild(ReceivedRequest request) => request.Conversation.Any(said => said.Role is "user" && said.Text.Contains("CHILD", StringComparison.Ordinal));

    private static bool LastIs(ReceivedRequest request, string role) => request.Conversation[^1].Role == role;

    private static bool Says(ReceivedRequest request, string text) => request.Conversation.Any(said => said.Role is "user" && said.Text.Contains(text, StringComparison.Ordinal));

    /// <summary>The most memory that a process has held at once, in megabytes.</summary>
    private static long Peak(int process) => long.Parse(
        File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) / 1024;
}
