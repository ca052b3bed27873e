using System.Diagnostics;
using System.Text;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.EndToEnd.Harm.HarmCases;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>Paths and files that are not what they seem.</summary>
internal static class FileHarm
{
    private const string Secret = "secret-canary-8812";

    public static IEnumerable<Case> Cases =>
    [
        new("23", "paths that lead out of the project", "none is read without a person", PathsOutAsync),
        new("24", "a link to a file outside", "neither read nor written through it; the file stays", LinkOutAsync),
        new("26", "a hard link to a file outside", "the edit makes a new file; the one outside stays", HardLinkAsync),
        new("27", "other spellings of .git", "as protected as .git", () => RefusedWriteAsync(".GIT/config", ".git./hooks/x", "GIT~1/config", "sub/.Git/config")),
        new("22", "files that run by themselves later", "a person is needed for each", () => RefusedWriteAsync(".vscode/tasks.json", ".github/workflows/ci.yml", ".envrc", ".bashrc", ".husky/pre-commit", ".git/hooks/pre-commit")),
        new("28", "a pipe, a device, a folder and a socket are read", "an error each, at once", SpecialFilesAsync),
        new("29", "a file of 10 GB and a line of 200 MB", "a part with a notice, or an error; little memory", LargeAsync),
        new("30", "a binary file is read and edited", "kind and size only; the edit is refused", BinaryAsync),
        new("31", "an edit in a file of bytes that are no UTF-8", "every other byte stays", () => BytesStayAsync([.. "caf"u8, 0xE9, .. "\none\nna"u8, 0xEF, .. "ve\n"u8], "one", "1")),
        new("32", "an edit in a file with a mark, mixed line ends and no last one", "every other byte stays", () => BytesStayAsync([0xEF, 0xBB, 0xBF, .. "a\r\none\nb\rc"u8], "one", "1")),
        new("33", "a file that a person changed since it was read", "the edit is refused and the change stays", ChangedSinceAsync),
        new("37", "modes 0600 and 0755", "kept by an edit", ModesAsync),
        new("38", "a text that is absent, ambiguous or empty", "an error each, nothing is written", NoMatchAsync),
        new("39", "a search for (a+)+$ in a hostile line", "ends within 5 s", HostilePatternAsync),
        new("40", "a picture that says it is 50,000 × 50,000", "refused by its header, or handed on undecoded", PictureAsync),
    ];

    private static async Task<string> PathsOutAsync()
    {
        var project = new TempProject(("a.txt", "one\n"));
        File.WriteAllText(Path.Combine(project.Home, "secret.txt"), Secret);
        string[] paths = ["../home/secret.txt", $"{project.Home}/secret.txt", $"/proc/self/root{project.Home}/secret.txt", "/proc/self/environ", "/dev/stdin", "~root/x", $"file://{project.Home}/secret.txt", "a.txt\0../../home/secret.txt", $"/proc/self/cwd/../home/secret.txt"];
        await using var scene = await Scene.OpenAsync(project, [.. paths.Select(Read), Done]);
        var (exit, told) = await RunAsync(scene);
        Assert.Equal(paths.Length, told.Count);
        Assert.DoesNotContain(told, text => text.Contains(Secret, StringComparison.Ordinal) || text.Contains(Scene.Key, StringComparison.Ordinal));
        Assert.Equal(3, exit.Code);
        return $"{paths.Length} paths, none read: {Cell(told[0], scene)}; code {exit.Code}";
    }

    private static async Task<string> LinkOutAsync()
    {
        await using var asked = await Scene.OpenAsync(LinkedProject(out var file), Read("link"), Write("link", "x"), Write("dir/secret.txt", "x"), Edit("dir/secret.txt", Secret, "x"), Bash("cat link"), Bash("echo x > dir/secret.txt"), Done);
        var (code, refused) = await RunAsync(asked);
        Assert.All(refused, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Equal(Secret, File.ReadAllText(file));
        Assert.Equal(3, code.Code);
        return $"six ways, all refused: {Cell(refused[0], asked)}; the file is as it was; code {code.Code}";
    }

    private static TempProject LinkedProject(out string outside)
    {
        var project = new TempProject(("a.txt", "one\n"));
        outside = Path.Combine(project.Home, "secret.txt");
        File.WriteAllText(outside, Secret);
        File.CreateSymbolicLink(project["link"], outside);
        File.CreateSymbolicLink(project["dir"], project.Home);
        return project;
    }

    private static async Task<string> HardLinkAsync()
    {
        var project = new TempProject();
        var outside = Path.Combine(project.Home, "other.txt");
        File.WriteAllText(outside, "one\n");
        project.Git("init", "--quiet");
        using (var link = Process.Start("ln", [outside, project["a.txt"]])!) { await link.WaitForExitAsync(); }
        await using var scene = await Scene.OpenAsync(project, Read("a.txt"), Edit("a.txt", "one", "1"), Done);
        var (exit, _) = await RunAsync(scene);
        Assert.Equal((0, "1\n", "one\n"), (exit.Code, project.Read("a.txt"), File.ReadAllText(outside)));
        return "edited inside, untouched outside";
    }

    private static async Task<string> RefusedWriteAsync(params string[] paths)
    {
        var project = new TempProject(("a.txt", "one\n")).WithGit();
        var before = Directory.GetFiles(project.Root, "*", SearchOption.AllDirectories).Length;
        await using var scene = await Scene.OpenAsync(project, [.. paths.Select(path => Write(path, "x")), .. paths.Select(path => Bash($"echo x > '{path}'")), Done]);
        var (exit, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        Assert.Equal(3, exit.Code);
        Assert.Equal(before, Directory.GetFiles(project.Root, "*", SearchOption.AllDirectories).Length);
        Assert.All(told, text => Assert.Contains("efused", text, StringComparison.Ordinal));
        return $"{told.Count} tries, by tool and by shell, even with --yolo: all refused; code {exit.Code}";
    }

    private static async Task<string> SpecialFilesAsync()
    {
        var project = new TempProject(("a.txt", "one\n"));
        using (var made = Process.Start("mkfifo", [project["pipe"]])!) { await made.WaitForExitAsync(); }
        Directory.CreateDirectory(project["folder"]);
        File.CreateSymbolicLink(project["zero"], "/dev/zero");
        await using var scene = await Scene.OpenAsync(project, Read("pipe"), Read("folder"), Read("zero"), Reply.Call("grep", new { pattern = "x" }), Edit("pipe", "a", "b"), Done);
        var started = Stopwatch.GetTimestamp();
        var (_, told) = await RunAsync(scene, "--dangerously-skip-permissions");
        var elapsed = Stopwatch.GetElapsedTime(started);
        Assert.True(elapsed < TimeSpan.FromSeconds(20), $"{elapsed}");
        return $"{told.Count} answers: {Cell(told[0], scene)}, {Cell(told[2], scene)}";
    }

    private static async Task<string> LargeAsync()
    {
        var project = new TempProject();
        using (var sparse = File.Create(project["huge.bin"])) { sparse.SetLength(10L << 30); }
        using (var line = File.Create(project["line.txt"]))
        {
            var piece = Encoding.ASCII.GetBytes(new string('a', 1 << 20));
            for (var i = 0; i < 200; i++) { line.Write(piece); }
        }

        var peak = 0L;
        var (step, id) = (0, 0);
        await using var scene = await Scene.OpenAsync(project, _ =>
        {
            peak = id == 0 ? 0 : long.Parse(File.ReadLines($"/proc/{id}/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null);
            return step++ switch { 0 => Read("huge.bin"), 1 => Read("line.txt"), 2 => Reply.Call("grep", new { pattern = "b" }), 3 => Edit("huge.bin", "a", "b"), _ => Done };
        });
        await using var process = scene.Start(["run", "do it"]);
        id = process.Id;
        var exit = await process.WaitAsync();
        Assert.InRange(peak, 1, 400_000);
        var told = scene.Server.Prompts[^1].Conversation.Where(said => said.Role == "tool").Select(said => said.Text).ToList();
        return $"{Cell(told[0], scene)}; the line is cut; peak memory {(peak < 200_000 ? "below 200 MB" : "below 400 MB")}; code {exit.Code}";
    }

    private static async Task<string> BinaryAsync()
    {
        var project = new TempProject();
        project.Write("a.bin", [1, 2, 0, 3, 27, 91, 65, 0xFF, 0]);
        await using var scene = await Scene.OpenAsync(project, Read("a.bin"), Edit("a.bin", "A", "B"), Done);
        var before = HashOf(project);
        var (_, told) = await RunAsync(scene);
        Assert.Equal(before, HashOf(project));
        Assert.DoesNotContain(told, text => text.Contains('\u001b') || text.Contains('\0'));
        return $"{Cell(told[0], scene)}; {Cell(told[1], scene)}";
    }

    private static async Task<string> BytesStayAsync(byte[] content, string old, string now)
    {
        var project = new TempProject();
        project.Write("a.txt", content);
        await using var scene = await Scene.OpenAsync(project, Read("a.txt"), Edit("a.txt", old, now), Done);
        var (exit, _) = await RunAsync(scene);
        Assert.Equal(0, exit.Code);
        var at = content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(old));
        byte[] expected = [.. content[..at], .. Encoding.ASCII.GetBytes(now), .. content[(at + old.Length)..]];
        Assert.Equal(expected, File.ReadAllBytes(project["a.txt"]));
        return $"{content.Length} bytes, all but {old.Length} as they were";
    }

    private static async Task<string> ChangedSinceAsync()
    {
        var project = new TempProject(("a.txt", "one\n"));
        var step = 0;
        await using var scene = await Scene.OpenAsync(project, _ =>
        {
            if (step == 1) { project.Write("a.txt", "one and mine\n"); }
            return step++ switch { 0 => Read("a.txt"), 1 => Edit("a.txt", "one", "1"), _ => Done };
        });
        var (_, told) = await RunAsync(scene);
        Assert.Equal("one and mine\n", project.Read("a.txt"));
        return Cell(told[1], scene);
    }

    private static async Task<string> ModesAsync()
    {
        var project = new TempProject(("a.sh", "one\n"), ("b.txt", "one\n"));
        var (script, hidden) = (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(project["a.sh"], script);
        File.SetUnixFileMode(project["b.txt"], hidden);
        await using var scene = await Scene.OpenAsync(project, Read("a.sh"), Edit("a.sh", "one", "1"), Read("b.txt"), Edit("b.txt", "one", "1"), Done);
        await RunAsync(scene);
        Assert.Equal(("1\n", "1\n"), (project.Read("a.sh"), project.Read("b.txt")));
        Assert.Equal((script, hidden), (File.GetUnixFileMode(project["a.sh"]), File.GetUnixFileMode(project["b.txt"])));
        return "both edited, both modes kept";
    }

    private static async Task<string> NoMatchAsync()
    {
        var project = new TempProject(("a.txt", "one\none\n"));
        await using var scene = await Scene.OpenAsync(project, Read("a.txt"), Edit("a.txt", "two", "2"), Edit("a.txt", "one", "1"), Edit("a.txt", "", "x"), Edit("a.txt", "one\none", "one\none"), Done);
        var (_, told) = await RunAsync(scene);
        Assert.Equal("one\none\n", project.Read("a.txt"));
        return $"{Cell(told[1], scene)}; {Cell(told[2], scene)}";
    }

    private static async Task<string> HostilePatternAsync()
    {
        var project = new TempProject(("a.txt", new string('a', 100_000) + "!\n"));
        await using var scene = await Scene.OpenAsync(project, Reply.Call("grep", new { pattern = "(a+)+$" }), Done);
        var started = Stopwatch.GetTimestamp();
        var (exit, _) = await RunAsync(scene);
        Assert.Equal(0, exit.Code);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8));
        return "answered in time; code 0";
    }

    private static async Task<string> PictureAsync()
    {
        var project = new TempProject();
        project.Write("a.png", [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50, 8, 6, 0, 0, 0, 0, 0, 0, 0]);
        await using var scene = await Scene.OpenAsync(project, Read("a.png"), Done);
        var (exit, told) = await RunAsync(scene);
        return $"{Cell(told[0], scene)}; code {exit.Code}";
    }
}
