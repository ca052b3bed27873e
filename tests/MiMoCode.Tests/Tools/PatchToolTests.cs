using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Tests.Tools;

public sealed class PatchToolTests
{
    private static object Patch(string body) => new { patchText = $"*** Begin Patch\n{body}\n*** End Patch" };

    [Fact]
    public async Task Changes_adds_deletes_and_moves_in_one_deed()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\r\ntwo\r\n"), ("gone.txt", "x\n"), ("run.sh", "#!/bin/sh\nold\n"));
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        File.SetUnixFileMode(tools.Project["run.sh"], mode);
        foreach (var path in new[] { "a.txt", "gone.txt", "run.sh" })
            await tools.SeeAsync(path);
        var result = await tools.RunAsync(new ApplyPatchTool(tools.Writer), Patch(
            "*** Update File: a.txt\n one\n-two\n+2\n*** Delete File: gone.txt\n*** Add File: new/b.txt\n+b\n"
            + "*** Update File: run.sh\n*** Move to: bin/go.sh\n #!/bin/sh\n-old\n+new"));
        Assert.Equal("Changed a.txt (+1 -1)\nDeleted gone.txt (+0 -1)\nCreated new/b.txt (+1 -0)\nDeleted run.sh (+0 -2)\nCreated bin/go.sh (+2 -0)", result.Output);
        Assert.Equal(("one\r\n2\r\n", "b\n", "#!/bin/sh\nnew\n"), (tools.Project.Read("a.txt"), tools.Project.Read("new/b.txt"), tools.Project.Read("bin/go.sh")));
        Assert.Equal(mode, File.GetUnixFileMode(tools.Project["bin/go.sh"]));
        Assert.False(File.Exists(tools.Project["gone.txt"]) || File.Exists(tools.Project["run.sh"]));
        Assert.Equal(("5 files", 5, 5, 4), (result.Title, tools.Journal.OfRoot("ses_1").Length, tools.Told.Count, ((DiffDetails)result.Details!).Additions));
        Assert.All(tools.Journal.OfRoot("ses_1"), entry => Assert.Equal(EditState.Done, entry.State));
    }

    [Fact]
    public async Task Does_nothing_when_a_part_does_not_fit()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\n"), ("b.txt", "two\n"));
        var tool = new ApplyPatchTool(tools.Writer);
        await tools.SeeAsync("a.txt");
        const string both = "*** Update File: a.txt\n-one\n+1\n*** Update File: b.txt\n-three\n+3";
        Assert.Contains("b.txt exists and has not been read yet", await tools.FailAsync(tool, Patch(both)), StringComparison.Ordinal);
        await tools.SeeAsync("b.txt");
        Assert.EndsWith("Nothing was changed.", await tools.FailAsync(tool, Patch(both)), StringComparison.Ordinal);
        Assert.EndsWith("are one file. Call it by one name in the patch.", await tools.FailAsync(
            tool, Patch("*** Update File: a.txt\n-one\n+1\n*** Delete File: ./a.txt")), StringComparison.Ordinal);
        Assert.Contains("first line of a patch", await tools.FailAsync(tool, new { patchText = "hello" }), StringComparison.Ordinal);
        Assert.Equal(("one\n", "two\n"), (tools.Project.Read("a.txt"), tools.Project.Read("b.txt")));
        Assert.Empty(tools.Journal.OfRoot("ses_1"));
    }

    [Fact]
    public async Task A_file_that_refuses_to_be_written_takes_the_others_back()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\n"), ("wall", "x"));
        await tools.SeeAsync("a.txt");
        var plan = await tools.PlanAsync(new ApplyPatchTool(tools.Writer), Patch("*** Update File: a.txt\n-one\n+1\n*** Add File: wall/b.txt\n+b"));
        Assert.Equal([tools.Project["a.txt"], tools.Project["wall/b.txt"]], plan.Accesses.Select(access => access.Path));
        await Assert.ThrowsAsync<ToolException>(() => plan.RunAsync(CancellationToken.None));
        Assert.Equal("one\n", tools.Project.Read("a.txt"));
        Assert.Equal(2, Directory.GetFiles(tools.Project.Root).Length);
        Assert.All(tools.Journal.OfRoot("ses_1"), entry => Assert.Equal(EditState.Failed, entry.State));
    }

    [Fact]
    public async Task Several_edits_are_made_in_order_or_not_at_all()
    {
        await using var tools = await ToolFixture.OpenAsync(("a.txt", "one\ntwo\n"));
        var tool = new MultiEditTool(tools.Writer);
        await tools.SeeAsync("a.txt");
        static object Edits(params (string From, string To)[] edits) =>
            new { filePath = "a.txt", edits = edits.Select(edit => new { oldString = edit.From, newString = edit.To }) };

        Assert.StartsWith("a.txt, edit 2 of 2 (none was made): oldString was not found.", await tools.FailAsync(tool, Edits(("one", "1"), ("one", "x"))), StringComparison.Ordinal);
        Assert.NotEmpty(await tools.FailAsync(tool, Edits()));
        Assert.Equal("one\ntwo\n", tools.Project.Read("a.txt"));
        Assert.Equal("Changed a.txt (+2 -2).", (await tools.RunAsync(tool, Edits(("one", "1"), ("1\ntwo", "1\n2")))).Output);
        Assert.Equal("1\n2\n", tools.Project.Read("a.txt"));
        Assert.Single(tools.Journal.OfRoot("ses_1"));
    }

    [Theory]
    [InlineData("before\n", "Failed")]
    [InlineData("after\n", "Done")]
    [InlineData("a person was faster\n", "Failed")]
    [InlineData(null, "Failed")]
    public async Task The_next_start_settles_what_a_crash_left(string? now, string state)
    {
        await using var tools = await ToolFixture.OpenAsync(("f", "before\n"), (".mimo-999999999-0.tmp", "half"));
        var mine = tools.Project.Write($".mimo-{System.Environment.ProcessId}-0.tmp", "being written");
        var plan = new EditPlan("ses_1", "ses_1", "msg_1", "call_1", tools.Project["f"], "before\n"u8.ToArray(), "after\n"u8.ToArray());
        await tools.Journal.PlanAsync(plan, CancellationToken.None);
        File.Delete(tools.Project["f"]);
        if (now is not null)
            tools.Project.Write("f", now);
        await new EditRecovery(tools.Journal).RunAsync(CancellationToken.None);
        Assert.Equal(state, Assert.Single(tools.Journal.OfRoot("ses_1")).State.ToString());
        Assert.Equal([mine], Directory.GetFiles(tools.Project.Root, ".mimo-*"));
    }
}
