using System.Diagnostics;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>The real program in a real terminal: what a person sees, and what is left behind.</summary>
public sealed class TerminalTests
{
    private const string Modes = "#{alternate_on} #{mouse_any_flag} #{cursor_flag}";

    [NeedsFact("tmux")]
    public async Task A_session_from_the_first_key_to_the_last()
    {
        var project = new TempProject(("a.txt", "one\n")).WithGit();
        await using var scene = await Scene.OpenAsync(
            project,
            Reply.Call("read", new { filePath = project["a.txt"] }),
            new Reply { Reasoning = "Look first.", Text = "I change **a.txt** — 世界.", ToolCalls = [ToolCall.Of("edit", new { filePath = project["a.txt"], oldString = "one", newString = "two" })] },
            Reply.Call("bash", new { command = "git push --force", description = "Publish" }),
            Reply.Say("All done 🎉"));
        await using var terminal = await TmuxTerminal.StartAsync(scene, 100, 30);

        await terminal.TypeAsync("mimo --trust; echo left=$?", "Enter");
        await terminal.UntilAsync("Ask for anything");
        await terminal.TypeAsync("change it 世界");
        await terminal.UntilAsync("┃ change it 世界");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("Permission required");
        Assert.True(terminal.Seen.Contains("+ two", StringComparison.Ordinal), terminal.Seen);
        Assert.Contains("- one", terminal.Seen, StringComparison.Ordinal);
        Assert.Contains("$ git push --force", terminal.Seen, StringComparison.Ordinal);
        Assert.Equal("two\n", project.Read("a.txt"));

        await terminal.ResizeAsync(60, 20);
        await terminal.UntilAsync("esc rejects");
        await terminal.PressAsync("Escape");
        await terminal.UntilAsync("All done 🎉");
        await SuspendAndComeBackAsync(terminal);
        await TakeBackAsync(terminal, project);

        await terminal.PressAsync("C-c");   // the prompt that came back
        await terminal.UntilAsync("Ask for anything");
        await terminal.PressAsync("C-c");
        await terminal.UntilAsync("mimo -s ses_");
        Assert.Equal("0 0 1", await terminal.AskAsync(Modes));
        await terminal.TypeAsync("stty -a | grep -c -- ' icanon .* echo '", "Enter");
        await terminal.UntilAsync("\n1\n");
    }

    private static async Task SuspendAndComeBackAsync(TmuxTerminal terminal)
    {
        Assert.Equal("1 1 1", await terminal.AskAsync(Modes));
        await terminal.PressAsync("C-z");
        await terminal.UntilAsync("Stopped");
        Assert.Equal("0 0 1", await terminal.AskAsync(Modes));
        await terminal.TypeAsync("fg", "Enter");
        await terminal.UntilAsync("All done 🎉");
        await terminal.ResizeAsync(110, 34);
        await terminal.UntilAsync("commands");
    }

    private static async Task TakeBackAsync(TmuxTerminal terminal, TempProject project)
    {
        await terminal.TypeAsync("/undo", "Enter");
        await terminal.UntilAsync("Take back the last prompt");
        await terminal.UntilAsync("restored");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("1 prompt is taken back");
        await terminal.UntilAsync("┃ change it 世界");
        Assert.Equal("one\n", project.Read("a.txt"));
    }

    /// <summary>Clipboard, title, another screen, reset, 8-bit controls: from the model, from a program and from the name of a branch.</summary>
    [NeedsFact("tmux")]
    public async Task Nothing_from_outside_reaches_the_terminal_as_it_is()
    {
        const string evil = "\e]52;c;ZXZpbA==\a\e]2;owned\a\e[?1049l\ec\u009b2J\eP0q\e\\";
        await using var scene = await Scene.OpenAsync(
            new TempProject().WithGit(),
            Reply.Call("bash", new { command = "printf 'out \\033]52;c;ZXZpbA==\\007\\033]2;owned\\007\\033[?1049l\\033c seen\\n'", description = "Say " + evil }),
            Reply.Say($"The end {evil} is here."));
        await using var terminal = await TmuxTerminal.StartAsync(scene, 100, 30);
        var heard = Path.Combine(scene.Project.Home, "heard");
        await terminal.RecordAsync(heard);
        await terminal.TypeAsync("mimo --trust; echo left=$?", "Enter");
        await terminal.UntilAsync("Ask for anything");
        await terminal.TypeAsync("go", "Enter");
        await terminal.UntilAsync("is here.");
        Assert.Equal("1 1 1", await terminal.AskAsync(Modes));
        Assert.DoesNotContain("owned", await terminal.AskAsync("#{pane_title}"), StringComparison.Ordinal);
        await terminal.PressAsync("C-c");
        await terminal.UntilAsync("left=0");

        var bytes = await File.ReadAllTextAsync(heard);
        Assert.Contains("is here.", bytes, StringComparison.Ordinal);
        foreach (var sign in (string[])["\e]52", "\e]2;owned", "\ec", "\u009b", "\eP"])
            Assert.DoesNotContain(sign, bytes, StringComparison.Ordinal);
        Assert.Equal(1, bytes.Split("\e[?1049l").Length - 1);
    }

    [NeedsFact("tmux")]
    public async Task Asked_to_end_by_a_signal_it_gives_the_terminal_back()
    {
        await using var scene = await Scene.OpenAsync();
        await using var terminal = await TmuxTerminal.StartAsync(scene, 80, 24);
        await terminal.TypeAsync("sh -c 'echo $$ > pid; exec mimo --trust'; echo left=$?", "Enter");
        await terminal.UntilAsync("Ask for anything");
        using var kill = Process.Start("kill", ["-TERM", scene.Project.Read("pid").Trim()]);
        await kill.WaitForExitAsync();
        await terminal.UntilAsync("left=143");
        Assert.Equal("0 0 1", await terminal.AskAsync(Modes));
    }

    [NeedsFact("tmux")]
    public async Task Killed_without_a_word_it_still_leaves_the_terminal_as_it_was()
    {
        await using var scene = await Scene.OpenAsync();
        await using var terminal = await TmuxTerminal.StartAsync(scene, 80, 24);
        scene.Project.Write("run.sh", "stty -g > before; sh -c 'echo $$ > pid; exec mimo --trust'; sleep 0.5; stty -g > after; echo left");
        await terminal.TypeAsync("sh run.sh", "Enter");
        await terminal.UntilAsync("Ask for anything");
        using var kill = Process.Start("kill", ["-KILL", scene.Project.Read("pid").Trim()]);
        await kill.WaitForExitAsync();
        await terminal.UntilAsync("left\n");
        Assert.Equal("0 0 1", await terminal.AskAsync(Modes));
        Assert.Equal(scene.Project.Read("before"), scene.Project.Read("after"));
        Assert.DoesNotContain("Ask for anything", terminal.Seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_it_says_so_in_one_line()
    {
        await using var scene = await Scene.OpenAsync();
        var exit = await scene.RunAsync();
        Assert.Equal(2, exit.Code);
        Assert.Equal("mimo: This is not a terminal. For one prompt without a screen: mimo run \"what is to be done\".\n", exit.Errors);
    }
}

/// <summary>A shell in tmux, in the home of a scene, with the program under test on its path.</summary>
internal sealed class TmuxTerminal : IAsyncDisposable
{
    private readonly string _socket;

    private TmuxTerminal(string socket) => _socket = socket;

    /// <summary>What was seen at the last look.</summary>
    public string Seen { get; private set; } = "";

    public static async Task<TmuxTerminal> StartAsync(Scene scene, int width, int height)
    {
        scene.Write("config/mimocode.json", scene.Settings.ToJsonString());
        var bin = Directory.CreateDirectory(Path.Combine(scene.Project.Home, "bin")).FullName;
        File.CreateSymbolicLink(Path.Combine(bin, "mimo"), MimoProcess.Program);
        var terminal = new TmuxTerminal(Path.Combine(scene.Project.Home, "tmux"));
        var shell = $"env -i HOME='{scene.Project.Home}' MIMOCODE_HOME='{scene.Home}' PATH='{bin}:{Environment.GetEnvironmentVariable("PATH")}' "
            + $"DOTNET_ROOT='{Environment.GetEnvironmentVariable("DOTNET_ROOT")}' LANG=C.UTF-8 TERM=tmux-256color PS1='$ ' bash --norc --noprofile -i";
        await terminal.TmuxAsync("-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", "-c", scene.Project.Root, shell);
        await terminal.UntilAsync("$");
        return terminal;
    }

    /// <summary>Types a text as one piece, then presses keys.</summary>
    public async Task TypeAsync(string text, params string[] keys)
    {
        await TmuxAsync("send-keys", "-l", text);
        await PressAsync(keys);
    }

    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys) { await TmuxAsync("send-keys", key); }
    }

    /// <summary>From now on keeps every byte that programs write to the terminal.</summary>
    public Task RecordAsync(string file) => TmuxAsync("pipe-pane", "-o", $"exec cat > '{file}'");

    public Task ResizeAsync(int width, int height) => TmuxAsync("resize-window", "-x", $"{width}", "-y", $"{height}");

    /// <summary>What tmux knows of the terminal.</summary>
    public async Task<string> AskAsync(string format) => (await TmuxAsync("display-message", "-p", format)).Trim();

    /// <summary>Looks until a text is seen at two looks in a row: what comes next is then typed no faster than by fingers.</summary>
    public async Task UntilAsync(string text)
    {
        var start = Stopwatch.GetTimestamp();
        var before = false;
        while (Stopwatch.GetElapsedTime(start) < MimoProcess.Patience)
        {
            Seen = await TmuxAsync("capture-pane", "-p");
            var now = Seen.Contains(text, StringComparison.Ordinal);
            if (now && before) { return; }
            before = now;
            await Task.Delay(40);
        }
        Assert.Fail($"'{text}' was never seen. The screen:\n{Seen}");
    }

    public async ValueTask DisposeAsync() => await TmuxAsync("kill-server");

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        using var tmux = Process.Start(new ProcessStartInfo("tmux", ["-S", _socket, "-u", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await tmux.StandardOutput.ReadToEndAsync();
        var errors = await tmux.StandardError.ReadToEndAsync();
        await tmux.WaitForExitAsync();
        return tmux.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {string.Join(' ', arguments)}: {errors}");
    }
}
