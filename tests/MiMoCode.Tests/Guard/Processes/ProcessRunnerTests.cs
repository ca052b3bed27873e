using System.Collections;
using System.Diagnostics;
using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Tests.Guard.Processes;

public sealed class ProcessRunnerTests : IAsyncDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly ProcessRunner runner = Runner();

    /// <summary>A runner whose helper is the program built beside the tests.</summary>
    internal static ProcessRunner Runner(params (string Name, string Value)[] variables)
    {
        var own = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        own.TryAdd("DOTNET_ROOT", Path.GetDirectoryName(Environment.ProcessPath)!);
        foreach (var (name, value) in variables)
            own[name] = value;
        return new ProcessRunner(Helper, own, TimeProvider.System);
    }

    /// <summary>The native program when it is given, else the one of this build.</summary>
    internal static string Helper =>
        Environment.GetEnvironmentVariable("MIMOCODE_UNDER_TEST") ?? Path.Combine(AppContext.BaseDirectory, "mimo");

    internal static ProcessSpec Bash(string script) =>
        new("/bin/bash", ["-c", script], Path.GetTempPath()) { MergeErrors = true };

    [Fact]
    public async Task Tells_the_exit_code_and_both_outputs()
    {
        var spec = Bash("echo out; echo err >&2; exit 7") with { MergeErrors = false };
        var result = await runner.RunAsync(spec, Long, CancellationToken.None);
        Assert.Equal((7, "out\n", "err\n"), (result.End.Code!.Value, result.Output.Text(), result.Errors!.Text()));
    }

    [Fact]
    public async Task Keeps_the_order_of_output_and_errors_when_merged() =>
        Assert.Equal("1\n2\n3\n", await OutputOf("echo 1; echo 2 >&2; echo 3"));

    [Fact]
    public async Task Tells_the_signal_that_ended_a_program()
    {
        var result = await runner.RunAsync(Bash("kill -SEGV $$"), Long, CancellationToken.None);
        Assert.Equal((11, 139), (result.End.Signal!.Value, result.End.ShellCode));
    }

    [Fact]
    public async Task Feeds_standard_input_and_closes_it()
    {
        var result = await runner.RunAsync(Bash("cat") with { Input = "given"u8.ToArray() }, Long, CancellationToken.None);
        Assert.Equal("given", result.Output.Text());
    }

    [Fact]
    public async Task Has_an_empty_input_when_none_is_given() => Assert.Equal("end\n", await OutputOf("read x || echo end"));

    [Fact]
    public async Task Says_which_program_or_folder_is_missing()
    {
        var program = new ProcessSpec("no-such-program", [], "/tmp");
        var failure = await Assert.ThrowsAsync<ProcessStartException>(() => runner.RunAsync(program, Long, CancellationToken.None));
        Assert.Contains("no-such-program: No such file", failure.Message, StringComparison.Ordinal);

        var folder = Bash("true") with { Directory = "/no/such/folder" };
        failure = await Assert.ThrowsAsync<ProcessStartException>(() => runner.RunAsync(folder, Long, CancellationToken.None));
        Assert.Contains("/no/such/folder", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Returns_when_the_program_ends_though_a_grandchild_holds_its_output()
    {
        var clock = Stopwatch.StartNew();
        var result = await runner.RunAsync(Bash("sleep 1000 & echo $!; echo done"), Long, CancellationToken.None);
        var lines = result.Output.Text().Split('\n');
        Assert.Equal("done", lines[1]);
        Assert.Equal(lines[0], string.Join(' ', result.End.Left));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), "it waited for the grandchild");
        Assert.True(IsAlive(result.End.Left[0]), "what was left running on purpose goes on");
    }

    [Fact]
    public async Task Ends_what_was_left_running_when_it_is_disposed()
    {
        var own = Runner();
        var result = await own.RunAsync(
            Bash("sleep 1000 & setsid sleep 1000 & (setsid bash -c 'trap \"\" TERM; sleep 1000 & wait; sleep 1000' &) ; sleep 0.2"),
            Long, CancellationToken.None);
        Assert.True(result.End.Left.Length >= 4, $"left: {string.Join(' ', result.End.Left)}");
        await own.DisposeAsync();
        Assert.DoesNotContain(result.End.Left, IsAlive);
    }

    [Fact]
    public async Task Gives_the_partial_output_after_a_timeout_and_leaves_nothing_behind()
    {
        var script = "trap '' TERM; echo begun $$; setsid sleep 1000 & (sleep 1000 &); while true; do sleep 0.1; done";
        var result = await runner.RunAsync(Bash(script), TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.True(result.TimedOut);
        Assert.StartsWith("begun", result.Output.Text(), StringComparison.Ordinal);
        Assert.False(IsAlive(int.Parse(result.Output.Text().Split(' ', '\n')[1], null)));
        Assert.Equal(9, result.End.Signal);
    }

    [Fact]
    public async Task Lets_a_program_finish_by_itself_after_the_request_to_end()
    {
        var result = await runner.RunAsync(
            Bash("trap 'echo bye; exit 3' TERM; while true; do sleep 0.05; done"), TimeSpan.FromSeconds(1), CancellationToken.None);
        Assert.Equal((true, 3), (result.TimedOut, result.End.Code));
        Assert.EndsWith("bye\n", result.Output.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_everything_when_it_is_cancelled()
    {
        using var abort = new CancellationTokenSource();
        var seen = new TaskCompletionSource<string>();
        var task = runner.RunAsync(
            Bash("echo $$; trap '' TERM INT HUP; sleep 1000 & wait; sleep 1000"), Long, abort.Token, null,
            output => seen.TrySetResult(output.Text()));
        var pid = int.Parse(await seen.Task, null);
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.False(IsAlive(pid));
    }

    [Fact]
    public async Task Kills_what_the_helper_watched_over_when_somebody_kills_the_helper()
    {
        var result = await runner.RunAsync(Bash("echo $$; kill -9 $PPID; sleep 1000"), Long, CancellationToken.None);
        var pid = int.Parse(result.Output.Text(), null);
        for (var i = 0; i < 100 && IsAlive(pid); i++)
            await Task.Delay(20);
        Assert.False(IsAlive(pid));
    }

    [Fact]
    public async Task Leaves_nothing_running_when_its_own_process_is_killed()
    {
        // The helper stands for mimo here: its lifeline is the standard input of a shell that is killed.
        var (folder, script) = (Directory.CreateTempSubdirectory().FullName, "setsid sleep 1000 & echo $$ $! > pids; sleep 1000");
        var parent = Process.Start(new ProcessStartInfo("/bin/bash")
        {
            ArgumentList =
            {
                "-c",
                $"mkfifo f s; cat s >/dev/null & sleep 1000 > f & echo $! > holder; exec '{Helper}' __exec --lifeline 3 --status 4 -- bash -c '{script}' 3<f 4>s",
            },
            WorkingDirectory = folder,
        })!;
        while (!File.Exists($"{folder}/pids") || new FileInfo($"{folder}/pids").Length == 0)
            await Task.Delay(10);

        var pids = (await File.ReadAllTextAsync($"{folder}/pids")).Split().Where(x => x != "").Select(int.Parse).ToArray();
        Assert.All(pids, pid => Assert.True(IsAlive(pid)));
        Libc.Kill(int.Parse(await File.ReadAllTextAsync($"{folder}/holder"), null), Libc.SigKill);
        await parent.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(pids, IsAlive);
    }

    [Fact]
    public async Task Keeps_the_head_and_the_tail_of_a_gigabyte_in_little_memory()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        var result = await runner.RunAsync(
            Bash("echo first; head -c 1000000000 /dev/zero; echo; echo last"), Long, CancellationToken.None,
            OutputBounds.Default with { Folder = folder });
        Assert.Equal(1_000_000_012, result.Output.Total);
        var text = result.Output.Text();
        Assert.StartsWith("first\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\nlast\n", text, StringComparison.Ordinal);
        Assert.Contains("the first part of it all is in", text, StringComparison.Ordinal);
        Assert.Equal(OutputBounds.Default.File, new FileInfo(result.Output.File!).Length);
        Assert.InRange(text.Length, 1, OutputBounds.Default.Head + OutputBounds.Default.Tail + 1_000);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Goes_on_when_a_program_closes_its_output_early()
    {
        var result = await runner.RunAsync(Bash("echo x; exec >&- 2>&-; sleep 0.3; exit 5"), Long, CancellationToken.None);
        Assert.Equal((5, "x\n"), (result.End.Code!.Value, result.Output.Text()));
    }

    [Fact]
    public async Task Shows_bytes_that_are_no_text_without_failing() =>
        Assert.Equal("a\uFFFD\0b", await OutputOf("printf 'a\\xff\\x00b'"));

    [Fact]
    public async Task Gives_children_no_secrets_and_no_waiting_for_people()
    {
        var own = Runner(
            ("ANTHROPIC_API_KEY", "canary"), ("MIMOCODE_SERVER_PASSWORD", "canary"), ("GITHUB_TOKEN", "canary"),
            ("AWS_SECRET_ACCESS_KEY", "canary"), ("BASH_ENV", "/canary"), ("GIT_SSH_COMMAND", "canary"), ("HARMLESS", "kept"));
        var result = await own.RunAsync(Bash("env"), Long, CancellationToken.None);
        Assert.DoesNotContain("canary", result.Output.Text(), StringComparison.Ordinal);
        Assert.Contains("HARMLESS=kept", result.Output.Text(), StringComparison.Ordinal);
        Assert.Contains("GIT_TERMINAL_PROMPT=0", result.Output.Text(), StringComparison.Ordinal);
        Assert.Contains("AGENT=1", result.Output.Text(), StringComparison.Ordinal);
        await own.DisposeAsync();
    }

    [Fact]
    public async Task Gives_children_a_session_of_their_own_and_only_three_descriptors()
    {
        using var leaked = File.OpenRead("/etc/hostname");
        var text = await OutputOf("ps -o sid= -p $$ | tr -d ' '; echo $$; for n in {3..50}; do [ -e /proc/$$/fd/$n ] && printf '%s ' $n; done; echo; ulimit -c; tty");
        var lines = text.Split('\n');
        Assert.Equal(lines[1], lines[0]);
        Assert.Equal(["", "0", "not a tty"], lines[2..5]);
    }

    [Fact]
    public async Task Limits_what_a_child_may_use()
    {
        var limits = new ResourceLimits { OpenFiles = 99, MemoryBytes = 1UL << 33, FileBytes = 1 << 20, CpuSeconds = 77 };
        var spec = Bash("sleep 0.1; ulimit -n; ulimit -v; ulimit -t") with { Limits = limits };
        var result = await runner.RunAsync(spec, Long, CancellationToken.None);
        Assert.Equal("99\n8388608\n77\n", result.Output.Text());
    }

    [Fact]
    public async Task Resets_the_signals_that_this_runtime_ignores()
    {
        var masks = (await OutputOf("grep -E 'SigBlk|SigIgn' /proc/self/status | cut -f2")).Split('\n')[..2];

        // The C library keeps 32 and 33 for itself.
        Assert.All(masks, mask => Assert.Equal(0, Convert.ToInt64(mask, 16) & 0x7fffffff));
    }

    [Fact]
    public async Task Catches_a_shell_that_forks_faster_than_we_look()
    {
        using var abort = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var mark = $"bomb{Guid.NewGuid():N}";
        var task = runner.RunAsync(
            Bash($"f() {{ (exec -a {mark} sleep 1000) & (f &) ; }}; g() {{ for i in $(seq 40); do f; done; }}; f2() {{ sleep 0.01; (f3 &); }}; f3() {{ (f2 &); }}; f2; (exec -a {mark} sleep 1000) & echo go; sleep 1000"),
            Long, abort.Token, null, _ => begun.TrySetResult());
        await begun.Task;
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), path => CommandLine(path).Contains(mark, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Runs_directly_when_asked_to()
    {
        var result = await runner.RunAsync(Bash("echo direct; exit 4") with { Supervised = false }, Long, CancellationToken.None);
        Assert.Equal((4, "direct\n"), (result.End.Code!.Value, result.Output.Text()));
    }

    public ValueTask DisposeAsync() => runner.DisposeAsync();

    private static string CommandLine(string processFolder)
    {
        try
        {
            return File.ReadAllText($"{processFolder}/cmdline");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);

    private async Task<string> OutputOf(string script) =>
        (await runner.RunAsync(Bash(script), Long, CancellationToken.None)).Output.Text();
}
