using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Tests.Tools;

public sealed class EditToolTests
{
    private static object Change(string path, string from = "old", string to = "new", bool all = false) =>
        new { filePath = path, oldString = from, newString = to, replaceAll = all };

    [Fact]
    public async Task Shows_the_difference_before_and_after_and_journals_it()
    {
        await using var tools = await ToolFixture.OpenAsync(("src/a.cs", "one\nold\nthree\n"));
        await tools.SeeAsync("src/a.cs");
        var plan = await tools.PlanAsync(tools.Edit, Change("src/a.cs"));
        var shown = Assert.IsType<DiffDetails>(Assert.Single(plan.Accesses).Show);
        Assert.Equal("--- a/src/a.cs\n+++ b/src/a.cs\n@@ -1,3 +1,3 @@\n one\n-old\n+new\n three\n", shown.Diff);
        Assert.Equal("one\nold\nthree\n", tools.Project.Read("src/a.cs"));

        var result = await plan.RunAsync(CancellationToken.None);
        Assert.Equal(("Changed src/a.cs (+1 -1).", shown), (result.Output, result.Details));
        Assert.Equal("one\nnew\nthree\n", tools.Project.Read("src/a.cs"));
        var entry = Assert.Single(tools.Journal.OfRoot("ses_1"));
        Assert.Equal((tools.Project["src/a.cs"], EditState.Done), (entry.Path, entry.State));
        Assert.Equal(FileSnapshot.HashOf("one\nold\nthree\n"u8), entry.BeforeHash);
        Assert.Equal([new FileEdited(tools.Project["src/a.cs"])], tools.Told);
        Assert.Equal(["a.cs"], Directory.GetFiles(tools.Project["src"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Changes_a_file_that_was_not_read_when_the_old_text_is_named_exactly()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "old\n"));
        await tools.RunAsync(tools.Edit, Change("a.txt"));
        Assert.Equal("new\n", tools.Project.Read("a.txt"));
    }

    [Fact]
    public async Task Refuses_a_file_that_was_not_read_or_that_changed_since()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "old\n"));
        Assert.Equal("a.txt exists and has not been read yet. Read it first, then change it.", await tools.FailAsync(tools.Edit, Change("a.txt", "odl")));
        Assert.Contains("not been read", await tools.FailAsync(tools.Write, new { filePath = "a.txt", content = "" }), StringComparison.Ordinal);
        await tools.SeeAsync("a.txt");
        tools.Project.Write("a.txt", "old and mine\n");
        Assert.StartsWith("a.txt changed since it was last read.", await tools.FailAsync(tools.Edit, Change("a.txt")), StringComparison.Ordinal);
        await tools.SeeAsync("a.txt");
        await tools.RunAsync(tools.Edit, Change("a.txt"));
        await tools.RunAsync(tools.Edit, Change("a.txt", "mine", "yours"));
        Assert.Equal("new and yours\n", tools.Project.Read("a.txt"));

        tools.Session = tools.SessionOf("ses_2", "ses_1");
        await tools.RunAsync(tools.Edit, Change("a.txt", "new", "newer"));
        tools.Session = tools.SessionOf("ses_3", "ses_3");
        Assert.Contains("not been read", await tools.FailAsync(tools.Edit, Change("a.txt", "missing", "x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_when_the_file_changes_between_the_plan_and_the_deed()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "old\n"));
        await tools.SeeAsync("a.txt");
        var plan = await tools.PlanAsync(tools.Edit, Change("a.txt"));
        tools.Project.Write("a.txt", "old, with a person's line\n");
        var error = await Assert.ThrowsAsync<ToolException>(() => plan.RunAsync(CancellationToken.None));
        Assert.StartsWith("a.txt changed since this edit was planned.", error.Message, StringComparison.Ordinal);
        Assert.Equal("old, with a person's line\n", tools.Project.Read("a.txt"));

        var creation = await tools.PlanAsync(tools.Edit, Change("b.txt", ""));
        tools.Project.Write("b.txt", "mine");
        await Assert.ThrowsAsync<ToolException>(() => creation.RunAsync(CancellationToken.None));
        Assert.Equal("mine", tools.Project.Read("b.txt"));
    }

    [Fact]
    public async Task Of_many_edits_at_once_none_is_lost()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "0\n"));
        await tools.SeeAsync("a.txt");
        var plans = new List<ToolPlan>();
        for (var i = 1; i <= 8; i++)
            plans.Add(await tools.PlanAsync(tools.Edit, Change("a.txt", "0", $"0 {i}")));
        var ends = await Task.WhenAll(plans.Select(async plan =>
        {
            try
            {
                return (await plan.RunAsync(CancellationToken.None)).Output;
            }
            catch (ToolException error)
            {
                return error.Message;
            }
        }));
        Assert.Equal(1, ends.Count(end => end == "Changed a.txt (+1 -1)."));
        Assert.Equal(7, ends.Count(end => end.Contains("Read it again", StringComparison.Ordinal)));
    }

    public static TheoryData<string, byte[], byte[]> Encodings => new()
    {
        { "UTF-8 with BOM", [0xEF, 0xBB, 0xBF, .. "é old\r\n"u8], [0xEF, 0xBB, 0xBF, .. "é new\r\n"u8] },
        { "invalid UTF-8", [.. "é é old "u8, 0xFF, 0xFE, 10], [.. "é é new "u8, 0xFF, 0xFE, 10] },
        { "CP1252", [0x93, 0x80, .. " old"u8], [0x93, 0x80, .. " new"u8] },
        { "GBK", [0xC4, 0xE3, 0xBA, 0xC3, .. " old\n"u8], [0xC4, 0xE3, 0xBA, 0xC3, .. " new\n"u8] },
        { "Shift-JIS", [0x83, 0x65, 0x83, 0x58, .. " old\n"u8], [0x83, 0x65, 0x83, 0x58, .. " new\n"u8] },
        { "UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("ü old\n")], [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("ü new\n")] },
        { "UTF-16 BE without BOM", Encoding.BigEndianUnicode.GetBytes("an old\n"), Encoding.BigEndianUnicode.GetBytes("an new\n") },
        { "UTF-32", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes("old")], [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes("new")] },
        { "CRLF", "a\r\nold\r\nb"u8.ToArray(), "a\r\nnew\r\nb"u8.ToArray() },
        { "mixed ends", "a\r\nold\nb\r"u8.ToArray(), "a\r\nnew\nb\r"u8.ToArray() },
        { "CR only", "a\rold\rb\r"u8.ToArray(), "a\rnew\rb\r"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Keeps_every_byte_outside_the_change(string name, byte[] before, byte[] after)
    {
        await using var tools = await ToolFixture.OpenAsync();
        var path = tools.Project.Write("f", before);
        await tools.SeeAsync("f");
        await tools.RunAsync(tools.Edit, Change("f"));
        var now = await File.ReadAllBytesAsync(path);
        Assert.True(after.AsSpan().SequenceEqual(now), name);
    }

    [Fact]
    public async Task New_lines_end_like_those_around_them()
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "a\r\nb\r\n"));
        await tools.SeeAsync("f");
        await tools.RunAsync(tools.Edit, Change("f", "a\nb", "a\nx\ny\nb"));
        Assert.Equal("a\r\nx\r\ny\r\nb\r\n", tools.Project.Read("f"));
        await tools.RunAsync(tools.Write, new { filePath = "f", content = "all\nnew\n" });
        Assert.Equal("all\r\nnew\r\n", tools.Project.Read("f"));
    }

    [Fact]
    public async Task Refuses_what_it_cannot_spell_or_understand()
    {
        await using var tools = await ToolFixture.OpenAsync();
        byte[] binary = [0, 1, 2, 3, (byte)'o', (byte)'l', (byte)'d'];
        tools.Project.Write("latin", [0xE9, (byte)'o', (byte)'l', (byte)'d']);
        tools.Project.Write("binary", binary);
        await tools.SeeAsync("latin");
        Assert.Contains("encoded as Latin-1", await tools.FailAsync(tools.Edit, Change("latin", "old", "日本")), StringComparison.Ordinal);
        tools.Ledger.Saw(tools.Session, tools.Project["binary"], FileSnapshot.HashOf(binary));
        Assert.StartsWith("binary is a binary file", await tools.FailAsync(tools.Edit, Change("binary")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherExecute)]
    public async Task Keeps_the_mode_of_an_edited_file(UnixFileMode mode)
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "old"));
        File.SetUnixFileMode(tools.Project["f"], mode);
        await tools.SeeAsync("f");
        await tools.RunAsync(tools.Edit, Change("f"));
        Assert.Equal(mode, File.GetUnixFileMode(tools.Project["f"]));
        Assert.Equal(mode, tools.Journal.OfRoot("ses_1")[0].AfterMode);
    }

    [Fact]
    public async Task A_new_file_has_the_mode_that_any_program_would_give_it()
    {
        await using var tools = await ToolFixture.OpenAsync(("by-us", ""));
        await tools.RunAsync(tools.Edit, Change("deep/er/new.txt", "", "text"));
        Assert.Equal("text", tools.Project.Read("deep/er/new.txt"));
        Assert.Equal(File.GetUnixFileMode(tools.Project["by-us"]), File.GetUnixFileMode(tools.Project["deep/er/new.txt"]));
        Assert.Null(Assert.Single(tools.Journal.OfRoot("ses_1")).BeforeHash);
    }

    [Fact]
    public async Task Writes_through_a_link_and_leaves_other_names_of_a_file_alone()
    {
        await using var tools = await ToolFixture.OpenAsync(("real/f", "old"), ("other", "old"));
        File.CreateSymbolicLink(tools.Project["link"], "real/f");
        var outside = Path.Combine(tools.Project.Home, "outside");
        await File.WriteAllTextAsync(outside, "old");
        tools.Project.Git("init", "--quiet");
        File.Delete(tools.Project["other"]);
        using (var made = System.Diagnostics.Process.Start("ln", [outside, tools.Project["other"]]))
            await made.WaitForExitAsync();

        await tools.SeeAsync("link");
        await tools.RunAsync(tools.Edit, Change("link"));
        Assert.Equal(("new", "real/f"), (tools.Project.Read("real/f"), new FileInfo(tools.Project["link"]).LinkTarget));
        await tools.SeeAsync("other");
        await tools.RunAsync(tools.Edit, Change("other"));
        Assert.Equal(("new", "old"), (tools.Project.Read("other"), await File.ReadAllTextAsync(outside)));
    }

    [Fact]
    public async Task A_folder_that_becomes_a_link_is_not_written_through()
    {
        await using var tools = await ToolFixture.OpenAsync(("in/f", "old"));
        var outside = Directory.CreateDirectory(Path.Combine(tools.Project.Home, "out")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "f"), "old");
        await tools.SeeAsync("in/f");
        var (change, creation) = (await tools.PlanAsync(tools.Edit, Change("in/f")), await tools.PlanAsync(tools.Edit, Change("in/g", "")));
        Directory.Delete(tools.Project["in"], recursive: true);
        Directory.CreateSymbolicLink(tools.Project["in"], outside);
        await Assert.ThrowsAsync<ToolException>(() => change.RunAsync(CancellationToken.None));
        await Assert.ThrowsAsync<ToolException>(() => creation.RunAsync(CancellationToken.None));
        Assert.Equal(["f"], Directory.GetFiles(outside).Select(Path.GetFileName));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(outside, "f")));
    }

    [Fact]
    public async Task Tells_what_to_do_when_the_text_does_not_fit()
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "twice\ntwice\nvalue = compute(1)\n"));
        Assert.StartsWith("g: The file does not exist.", await tools.FailAsync(tools.Edit, Change("g")), StringComparison.Ordinal);
        await tools.SeeAsync("f");
        Assert.Contains("2 places (lines 1, 2)", await tools.FailAsync(tools.Edit, Change("f", "twice")), StringComparison.Ordinal);
        Assert.Contains("3: value = compute(1)", await tools.FailAsync(tools.Edit, Change("f", "value = compute(2)")), StringComparison.Ordinal);
        Assert.Contains("must not be empty", await tools.FailAsync(tools.Edit, Change("f", "")), StringComparison.Ordinal);
        Assert.Contains("nothing to change", await tools.FailAsync(tools.Edit, Change("f", "twice", "twice")), StringComparison.Ordinal);
        Assert.Equal("Changed f (+2 -2) in 2 places.", (await tools.RunAsync(tools.Edit, Change("f", "twice", "2x", all: true))).Output);
    }

    [Fact]
    public async Task A_failure_to_write_leaves_the_file_and_no_rubbish()
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "old"));
        await tools.SeeAsync("f");
        var long255 = new string('n', 256);
        Assert.StartsWith($"{long255} cannot be opened", await tools.FailAsync(tools.Edit, Change(long255, "")), StringComparison.Ordinal);
        Assert.StartsWith("Nothing was changed", await tools.FailAsync(tools.Edit, Change("f/below", "")), StringComparison.Ordinal);
        Assert.StartsWith("Nothing was changed", await tools.FailAsync(tools.Edit, Change("/proc/new-file", "")), StringComparison.Ordinal);
        Assert.Equal(["f"], Directory.GetFiles(tools.Project.Root).Select(Path.GetFileName));
        Assert.All(tools.Journal.OfRoot("ses_1"), entry => Assert.Equal(EditState.Failed, entry.State));
        Assert.Empty(tools.Told);
    }

    [Fact]
    public async Task Write_replaces_a_whole_file_and_says_when_it_would_change_nothing()
    {
        await using var tools = await ToolFixture.OpenAsync();
        Assert.Equal("Created a/b.txt (+2 -0).", (await tools.RunAsync(tools.Write, new { filePath = "a/b.txt", content = "1\n2\n" })).Output);
        Assert.Equal("Changed a/b.txt (+1 -1).", (await tools.RunAsync(tools.Write, new { filePath = "a/b.txt", content = "1\n3\n" })).Output);
        Assert.StartsWith("a/b.txt has this content already", (await tools.RunAsync(tools.Write, new { filePath = "a/b.txt", content = "1\n3\n" })).Output, StringComparison.Ordinal);
        Assert.Equal(2, tools.Journal.OfRoot("ses_1").Length);
    }
}
