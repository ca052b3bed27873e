using MiMoCode.Engine.Tools;
using MiMoCode.Engine.Tools.Files;

namespace MiMoCode.Tests.Tools;

public sealed class SearchToolTests
{
    [Fact]
    public async Task Glob_shows_what_changed_last_first_and_nothing_that_is_ignored_or_denied()
    {
        await using var tools = await ToolFixture.OpenAsync(
            (".gitignore", "out/\n"), ("src/a.cs", ""), ("src/deep/b.cs", ""), ("out/c.cs", ""), ("secret.cs", ""), ("d.txt", ""));
        tools.Project.Git("init", "--quiet");
        File.SetLastWriteTimeUtc(tools.Project["src/a.cs"], DateTime.UnixEpoch);
        tools.Hidden.Add(tools.Project["secret.cs"]);
        var glob = new GlobTool(tools.Searching);
        Assert.Equal("src/deep/b.cs\nsrc/a.cs\n[1 files are hidden by permission rules]", (await tools.RunAsync(glob, new { pattern = "*.cs" })).Output);
        Assert.Equal("src/a.cs", (await tools.RunAsync(glob, new { pattern = "*.cs", path = "src" })).Output.Split('\n')[1]);
        Assert.Equal("out/c.cs", (await tools.RunAsync(glob, new { pattern = "*.cs", path = "out" })).Output);
        Assert.StartsWith("No file matches *.py in .; files that git ignores", (await tools.RunAsync(glob, new { pattern = "*.py" })).Output, StringComparison.Ordinal);
        Assert.StartsWith("The folder nowhere does not exist.", await tools.FailAsync(glob, new { pattern = "*", path = "nowhere" }), StringComparison.Ordinal);
        Assert.NotEmpty(await tools.FailAsync(glob, new { pattern = "{a" }));
    }

    [Fact]
    public async Task Glob_tells_truthfully_that_there_is_more()
    {
        await using var tools = await ToolFixture.OpenAsync([.. Enumerable.Range(0, 250).Select(i => ($"f{i}", ""))]);
        var output = (await tools.RunAsync(new GlobTool(tools.Searching), new { pattern = "f*" })).Output;
        Assert.Equal(201, output.Split('\n').Length);
        Assert.EndsWith("[the 200 files changed last, of 250; use a narrower pattern]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grep_groups_lines_by_file()
    {
        await using var tools = await ToolFixture.OpenAsync(("src/a.cs", "x\nneedle 1\n"), ("src/b.txt", "needle 2\nNEEDLE\n"), (".env", "needle=3\n"));
        tools.Hidden.Add(tools.Project[".env"]);
        var grep = new GrepTool(tools.Searching, new Ripgrep(tools.Processes));
        Assert.Equal("src/a.cs\n  2: needle 1\nsrc/b.txt\n  1: needle 2\n[1 files are hidden by permission rules]", (await tools.RunAsync(grep, new { pattern = "needle" })).Output);
        Assert.StartsWith("src/b.txt\n  1: needle 2\n  2: NEEDLE", (await tools.RunAsync(grep, new { pattern = "(?i)needle", include = "*.txt" })).Output, StringComparison.Ordinal);
        Assert.Equal("src/a.cs\n  2: needle 1", (await tools.RunAsync(grep, new { pattern = "needle", path = "src/a.cs" })).Output);
        Assert.Equal("No line matches nothing in 2 files of src.", (await tools.RunAsync(grep, new { pattern = "nothing", path = "src" })).Output);
        Assert.Contains("regular expression", await tools.FailAsync(grep, new { pattern = "(" }), StringComparison.Ordinal);
        Assert.NotEmpty(await tools.FailAsync(grep, new { pattern = "" }));
        var plan = await tools.PlanAsync(grep, new { pattern = "x", path = "src" });
        Assert.Equal((false, "grep", tools.Project["src"]), (plan.Exclusive, plan.Accesses[0].Permission, plan.Accesses[0].Path));
    }

    [Fact]
    public async Task Grep_says_when_it_shows_only_some()
    {
        var lines = string.Concat(Enumerable.Repeat("hit\n", 300));
        await using var tools = await ToolFixture.OpenAsync(("a", lines), ("b", "hit\n"));
        var grep = new GrepTool(tools.Searching, new Ripgrep(tools.Processes));
        var output = (await tools.RunAsync(grep, new { pattern = "hit" })).Output;
        Assert.Contains("  50: hit\nb\n  1: hit\n[51 lines shown, there are more", output, StringComparison.Ordinal);
        Assert.Contains("[200 lines shown, there are more", (await tools.RunAsync(grep, new { pattern = "hit", path = "a" })).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grep_is_not_stopped_by_circles_pipes_or_slow_patterns()
    {
        await using var tools = await ToolFixture.OpenAsync(("a/slow.txt", new string('a', 60) + "!\n"), ("b.txt", "aaa\n"));
        Directory.CreateSymbolicLink(tools.Project["a/up"], "..");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [tools.Project["pipe"]]))
            await made.WaitForExitAsync();
        Assert.Equal("b.txt\n  1: aaa", (await tools.RunAsync(new GrepTool(tools.Searching, new Ripgrep(tools.Processes)), new { pattern = "^(a+)+$" })).Output);
    }

    [Fact]
    public async Task List_shows_a_tree()
    {
        await using var tools = await ToolFixture.OpenAsync(("b.txt", ""), ("src/a.cs", ""), ("src/deep/x.cs", ""), ("docs/y.md", ""));
        var list = new ListTool(tools.Searching);
        Assert.Equal("./\n  docs/\n    y.md\n  src/\n    deep/\n      x.cs\n    a.cs\n  b.txt", (await tools.RunAsync(list, new { })).Output);
        Assert.Equal("src/\n  a.cs", (await tools.RunAsync(list, new { path = "src", ignore = new[] { "deep/**" } })).Output);
        Assert.StartsWith("b.txt is a file", await tools.FailAsync(list, new { path = "b.txt" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_shows_a_large_tree_as_deep_as_fits()
    {
        await using var tools = await ToolFixture.OpenAsync([.. Enumerable.Range(0, 400).Select(i => ($"top/d{i % 4}/f{i}", ""))]);
        var list = new ListTool(tools.Searching);
        Assert.Equal("./\n  top/\n    d0/ (100 files)\n    d1/ (100 files)\n    d2/ (100 files)\n    d3/ (100 files)", (await tools.RunAsync(list, new { })).Output);
        foreach (var i in Enumerable.Range(0, 310))
            tools.Project.Write($"flat/{i:d3}", "");
        var flat = (await tools.RunAsync(list, new { path = "flat" })).Output;
        Assert.EndsWith("  299\n[10 entries left out; list a folder in it, or use glob]", flat, StringComparison.Ordinal);
    }
}
