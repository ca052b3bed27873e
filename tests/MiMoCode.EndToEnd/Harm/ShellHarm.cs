using System.Diagnostics;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.EndToEnd.Harm.HarmCases;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>Commands that do not end, say too much, wait for somebody or leave something behind.</summary>
internal static class ShellHarm
{
    public static IEnumerable<Case> Cases =>
    [
        new("70", "a command that leaves a process with its output open", "returns at once and says what still runs; nothing is left at the end", LeftBehindAsync),
        new("71", "commands that want input, an editor, a password or a pager", "none waits", WantsInputAsync),
        new("72", "200 MB of output without a line end, zeros and broken UTF-8", "beginning and end to the model, the rest capped; little memory", MuchOutputAsync),
        new("73", "a time-out, with a process that ignores TERM", "what was written so far, and that it was stopped; nothing is left", TimeoutAsync),
        new("74", "Ctrl-C while a command and what it started run", "nothing is left", () => NothingLeftAsync(2)),
        new("74", "kill -9 of the program while a command and what it started run", "nothing is left after a second", () => NothingLeftAsync(9)),
        new("74", "kill -9 of the program while a background command runs", "nothing is left after a second", () => NothingLeftAsync(9, background: true)),
        new("70", "a background command that outlives a headless turn", "waited for, then ended, and that is said", BackgroundAsync),
        new("70", "a background command that ends during the turn", "the agent is told", BackgroundEndsAsync),
    ];

    private static async Task<string> LeftBehindAsync()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("serve.sh", "echo up\nsleep 300 &\necho $! > pid\n")), Bash("sh serve.sh"), Done);
        var started = Stopwatch.GetTimestamp();
        var (exit, told) = await RunAsync(scene);
        Assert.Contains("still running", told[0], StringComparison.Ordinal);
        Assert.False(Lives(scene, "pid"));
        return $"{Cell(told[0], scene)}; code {exit.Code}, {(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(40) ? "in time" : "late")}";
    }

    private static async Task<string> WantsInputAsync()
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(("read.sh", "read answer; echo \"got:$answer\"; cat\n"), ("a.txt", "one\n")).WithGit(),
            Bash("sh read.sh"), Bash("git commit --allow-empty"), Bash("git log --oneline"), Bash("git rev-parse HEAD"), Bash("python3 src.py"), Done);
        var started = Stopwatch.GetTimestamp();
        var (exit, told) = await RunAsync(scene);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
        return $"{told.Count} commands, none waited: {Cell(told[0], scene)}, {Cell(told[1], scene)}; code {exit.Code}";
    }

    private static async Task<string> MuchOutputAsync()
    {
        var (peak, id, step) = (0L, 0, 0);
        await using var scene = await Scene.OpenAsync(new TempProject(("much.sh", "echo BEGIN; head -c 200000000 /dev/zero; printf '\\377\\376'; echo END\n")), _ =>
        {
            peak = id == 0 ? 0 : long.Parse(File.ReadLines($"/proc/{id}/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null);
            return step++ == 0 ? Bash("sh much.sh") : Done;
        });
        await using var process = scene.Start(["run", "do it"]);
        id = process.Id;
        var exit = await process.WaitAsync();
        var told = scene.Server.Prompts[^1].LastToolResult!.Text;
        Assert.True(told.Contains("BEGIN", StringComparison.Ordinal) && told.Contains("END", StringComparison.Ordinal) && told.Length < 200_000, $"{told.Length}");
        var spilled = Directory.Exists(Path.Combine(scene.Home, "data/tool-output")) ? Directory.GetFiles(Path.Combine(scene.Home, "data/tool-output")).Sum(file => new FileInfo(file).Length) : 0;
        Assert.InRange(peak, 1, 300_000);
        return $"{told.Length / 1000} kB to the model, {spilled >> 20} MB in a file, peak memory below {(peak < 150_000 ? 150 : 300)} MB; code {exit.Code}";
    }

    private static async Task<string> TimeoutAsync()
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(("hang.sh", "trap '' TERM\nsetsid sleep 300 &\necho $! > pid\necho part\nwhile true; do sleep 1; done\n")), Bash("bash hang.sh", timeout: 700), Done);
        var (exit, told) = await RunAsync(scene);
        Assert.Contains("part", told[0], StringComparison.Ordinal);
        Assert.False(Lives(scene, "pid"));
        return $"{Cell(told[0], scene)}; code {exit.Code}";
    }

    private static async Task<string> NothingLeftAsync(int signal, bool background = false)
    {
        await using var scene = await Scene.OpenAsync(
            new TempProject(("tree.sh", "setsid sh -c 'trap \"\" TERM HUP; echo $$ > far; while true; do sleep 1; done' &\necho $$ > near\nsleep 300\n")),
            Bash("bash tree.sh", background: background), background ? new Reply { Text = "working", Delivery = new StallAfter(0, Task.Delay(Timeout.Infinite)) } : Done);
        await using var process = scene.Start(["run", "do it"]);
        await Until.TrueAsync(() => Lives(scene, "near") && Lives(scene, "far"), "the command to run");
        if (signal == 9) { await process.KillAsync(); }
        else
        {
            process.Signal(signal);
            await process.WaitAsync();
        }

        var started = Stopwatch.GetTimestamp();
        await Until.TrueAsync(() => !Lives(scene, "near") && !Lives(scene, "far"), "all to be gone");
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
        return Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1.5) ? "gone within a second and a half" : "gone within five seconds";
    }

    private static async Task<string> BackgroundAsync()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("serve.sh", "echo $$ > pid\nsleep 300\n")), Bash("sh serve.sh", background: true), Done);
        var (exit, _) = await RunAsync(scene);
        Assert.False(Lives(scene, "pid"));
        return $"{Cell(exit.Errors.Split('\n').First(line => line.Contains("Ended after", StringComparison.Ordinal)), scene)}; code {exit.Code}";
    }

    private static async Task<string> BackgroundEndsAsync()
    {
        await using var scene = await Scene.OpenAsync(new TempProject(("short.sh", "sleep 1\necho finished\nexit 4\n")), Bash("sh short.sh", background: true), Reply.Say("waiting"), Done);
        var exit = await scene.RunAsync("run", "do it");
        var told = scene.Server.Prompts[^1].Conversation[^1].Text;
        Assert.Contains("exit code 4", told, StringComparison.Ordinal);
        return $"{Cell(told, scene)}; code {exit.Code}";
    }

    private static bool Lives(Scene scene, string file) =>
        File.Exists(scene.Project[file]) && scene.Project.Read(file).Trim() is { Length: > 0 } id && Directory.Exists("/proc/" + id) &&
        File.ReadAllText($"/proc/{id}/stat") is var stat && !stat.Contains(") Z", StringComparison.Ordinal);
}
