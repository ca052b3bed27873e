using System.Diagnostics;
using System.Text;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Tests.Tools;

public sealed class ReadToolTests
{
    [Fact]
    public async Task Numbers_the_lines_and_adds_nothing_to_a_whole_file()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\n\n  three\n"), ("b.txt", "no end"), ("empty", ""));
        Assert.Equal("1: one\n2: \n3:   three", await tools.SeeAsync("a.txt"));
        Assert.Equal("1: no end", await tools.SeeAsync(tools.Project["b.txt"]));
        Assert.Equal("[the file is empty]", await tools.SeeAsync("empty"));
    }

    [Fact]
    public async Task Says_truthfully_what_was_cut_and_how_to_go_on()
    {
        var text = string.Join('\n', Enumerable.Range(1, 5000).Select(i => $"line {i}")) + "\n";
        await using var tools = await ToolFixture.OpenAsync(("long.txt", text));
        Assert.EndsWith("\n2000: line 2000\n[lines 1-2000 of 5000; continue with offset 2001]", await tools.SeeAsync("long.txt"));
        var last = await tools.RunAsync(tools.Read, new { filePath = "long.txt", offset = 4999 });
        Assert.Equal("4999: line 4999\n5000: line 5000", last.Output);
        Assert.Equal(new FileDetails("long.txt", 4999, 2), ((FileDetails)last.Details!) with { Hash = null });
        Assert.Equal("2: line 2\n[lines 2-2 of 5000; continue with offset 3]", (await tools.RunAsync(tools.Read, new { filePath = "long.txt", offset = 2, limit = 1 })).Output);
        Assert.Equal("long.txt has only 5000 lines, so there is nothing from line 5001 on.", await tools.FailAsync(tools.Read, new { filePath = "long.txt", offset = 5001 }));
    }

    [Fact]
    public async Task Cuts_wide_lines_and_stays_within_its_size()
    {
        await using var tools = await ToolFixture.OpenAsync(("wide.txt", string.Join('\n', Enumerable.Repeat(new string('x', 3000), 100))));
        var output = await tools.SeeAsync("wide.txt");
        Assert.InRange(output.Length, 40_000, 51_000);
        Assert.Contains("xx… [line cut: 3000 characters]\n", output, StringComparison.Ordinal);
        Assert.EndsWith($"of 100; continue with offset {output.Split('\n').Length}]", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_what_a_missing_path_may_have_meant()
    {
        await using var tools = await ToolFixture.OpenAsync(("src/Parser.cs", ""), ("src/Lexer.cs", ""));
        Assert.Equal("src/parser.ts does not exist. Did you mean src/Parser.cs?", await tools.FailAsync(tools.Read, new { filePath = "src/parser.ts" }));
        Assert.Equal("src/zzzzzzzzz does not exist. Use glob or list to find the file.", await tools.FailAsync(tools.Read, new { filePath = "src/zzzzzzzzz" }));
        Assert.StartsWith("lib/a.cs does not exist, nor does its folder.", await tools.FailAsync(tools.Read, new { filePath = "lib/a.cs" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_folders_pipes_devices_and_strange_paths_at_once()
    {
        await using var tools = await ToolFixture.OpenAsync(("src/a.cs", ""));
        using (var made = Process.Start("mkfifo", [tools.Project["pipe"]]))
            await made.WaitForExitAsync();
        File.CreateSymbolicLink(tools.Project["dangling"], "nowhere");
        var start = Stopwatch.GetTimestamp();
        Assert.Equal("src is a folder. Use list to see what is in it.", await tools.FailAsync(tools.Read, new { filePath = "src/" }));
        Assert.Equal("pipe is a named pipe, not a file.", await tools.FailAsync(tools.Read, new { filePath = "pipe" }));
        Assert.Equal("/dev/zero is a device, not a file.", await tools.FailAsync(tools.Read, new { filePath = "/dev/zero" }));
        Assert.Contains("does not exist", await tools.FailAsync(tools.Read, new { filePath = "dangling" }), StringComparison.Ordinal);
        foreach (var path in new[] { "", " ", "a\0b", "~root/x", "~/.ssh/id", "file:///etc/passwd" })
            Assert.NotEmpty(await tools.FailAsync(tools.Read, new { filePath = path }));
        foreach (var path in new[] { """\\?\C:\x""", """\\server\share""" })
            Assert.Contains("does not exist", await tools.FailAsync(tools.Read, new { filePath = path }), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/proc/self/root/etc/passwd")]
    [InlineData("link/passwd")]
    public async Task The_plan_names_where_a_path_really_leads(string path)
    {
        await using var tools = await ToolFixture.OpenAsync();
        Directory.CreateSymbolicLink(tools.Project["link"], "/etc");
        var written = path.StartsWith("..", StringComparison.Ordinal) ? Path.Combine(string.Concat(Enumerable.Repeat("../", 20)), "etc/passwd") : path;
        var plan = await tools.PlanAsync(tools.Read, new { filePath = written });
        Assert.False(plan.Exclusive);
        Assert.All(plan.Accesses, access => Assert.Equal("read", access.Permission));
        Assert.Equal("/etc/passwd", plan.Accesses[^1].Path);
        Assert.Equal(Path.GetFullPath(written, tools.Project.Root), plan.Accesses[0].Path);
    }

    [Fact]
    public async Task A_link_that_is_swapped_in_after_the_plan_wins_nothing()
    {
        await using var tools = await ToolFixture.OpenAsync(("inside/a.txt", "mine"));
        var outside = Directory.CreateDirectory(Path.Combine(tools.Project.Home, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "a.txt"), "secret");
        var plan = await tools.PlanAsync(tools.Read, new { filePath = "inside/a.txt" });
        Directory.Delete(tools.Project["inside"], recursive: true);
        Directory.CreateSymbolicLink(tools.Project["inside"], outside);
        var error = await Assert.ThrowsAsync<Engine.Loop.ToolException>(() => plan.RunAsync(CancellationToken.None));
        Assert.Contains("became a link", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_a_window_of_a_huge_file_and_not_the_rest()
    {
        await using var tools = await ToolFixture.OpenAsync(("small", "x"));
        await using (var file = File.Create(tools.Project["huge.log"]))
        {
            file.Write(Encoding.UTF8.GetBytes("first\nsecond\n" + new string('x', 10_000)));
            file.SetLength(10L << 30);
            file.Position = 40 << 20;
            file.Write("\nthird"u8);
        }

        var output = (await tools.RunAsync(tools.Read, new { filePath = "huge.log", limit = 2 })).Output;
        Assert.Equal("1: first\n2: second\n[lines 1-2 of more; continue with offset 3]\n[a large file: 10240 MB; search it with grep]", output);
        var third = (await tools.RunAsync(tools.Read, new { filePath = "huge.log", offset = 3, limit = 1 })).Output;
        Assert.Contains($"… [line cut: {(40 << 20) - 13} characters]\n[lines 3-3 of more; continue with offset 4]", third, StringComparison.Ordinal);

        using var stopping = new CancellationTokenSource();
        var plan = await tools.PlanAsync(tools.Read, new { filePath = "huge.log", offset = 5 });
        var running = plan.RunAsync(stopping.Token);
        var start = Stopwatch.GetTimestamp();
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Shows_text_in_any_encoding_and_no_binary_bytes()
    {
        await using var tools = await ToolFixture.OpenAsync();
        tools.Project.Write("bom.txt", [0xEF, 0xBB, 0xBF, (byte)'h', (byte)'i', (byte)'\r', (byte)'\n']);
        tools.Project.Write("wide.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("wide\n")]);
        tools.Project.Write("bad.txt", "héé"u8.ToArray().Append((byte)0xFF).ToArray());
        tools.Project.Write("program", [0x7F, (byte)'E', (byte)'L', (byte)'F', 0, 0, 1]);
        Assert.Equal("1: hi\n[the file is encoded as UTF-8 with BOM, which edits keep]", await tools.SeeAsync("bom.txt"));
        Assert.Equal("1: wide\n[the file is encoded as UTF-16 LE, which edits keep]", await tools.SeeAsync("wide.txt"));
        Assert.StartsWith("1: héé\uFFFD\n", await tools.SeeAsync("bad.txt"), StringComparison.Ordinal);
        Assert.Equal(
            "program is a binary file of 7 bytes, so there is no text to show. Look at it with a program.",
            await tools.FailAsync(tools.Read, new { filePath = "program" }));
    }

    [Fact]
    public async Task Attaches_pictures_and_refuses_those_that_are_too_large_by_their_heads()
    {
        await using var tools = await ToolFixture.OpenAsync();
        tools.Project.Write("dot.png", Png(1, 1));
        tools.Project.Write("bomb.png", Png(50_000, 50_000));
        tools.Project.Write("big.pdf", [.. "%PDF-1.7\n"u8, .. new byte[21 << 20]]);
        var result = await tools.RunAsync(tools.Read, new { filePath = "dot.png" });
        Assert.Equal(("image/png", "dot.png"), (result.Attachments[0].Mime, result.Attachments[0].Filename));
        Assert.Equal("data:image/png;base64," + Convert.ToBase64String(Png(1, 1)), result.Attachments[0].Url);
        Assert.StartsWith("bomb.png has 50000 x 50000 pixels", await tools.FailAsync(tools.Read, new { filePath = "bomb.png" }), StringComparison.Ordinal);
        Assert.StartsWith("big.pdf has ", await tools.FailAsync(tools.Read, new { filePath = "big.pdf" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/9j/4AAQSkZJRgABAQEASABIAAD/wAARCAAUAB4DASIAAhEBAxEB", "image/jpeg", 30, 20)]
    [InlineData("R0lGODlhHgAUAAAAAAA=", "image/gif", 30, 20)]
    public void Knows_the_size_of_a_picture_from_its_head(string base64, string mime, int width, int height) =>
        Assert.Equal(new MediaFile(mime, width, height), MediaFile.Detect(Convert.FromBase64String(base64)));

    private static byte[] Png(int width, int height) =>
    [
        0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, (byte)'I', (byte)'H', (byte)'D', (byte)'R',
        (byte)(width >> 24), (byte)(width >> 16), (byte)(width >> 8), (byte)width,
        (byte)(height >> 24), (byte)(height >> 16), (byte)(height >> 8), (byte)height, 8, 6, 0, 0, 0,
    ];
}
