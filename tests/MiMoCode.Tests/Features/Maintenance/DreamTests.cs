using MiMoCode.Engine.Features.Maintenance;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Maintenance;

public sealed class DreamTests
{
    private static readonly string[] Memory =
    [
        "# Project memory",
        "",
        "- Use tabs, never spaces.",
        "- The parser was in src/old.cs; that file was deleted.",
        Own("The build is slow on Mondays", 1),
        Own("the build is slow on Mondays", 9),
        Own("Use tabs, never spaces.", 2),
        Own("The port is 8080", 3),
        Own("The port is 9090", 7),
        Own("Test 12 is flaky", 4),
        Own("Test 13 is flaky", 5),
        Own("The scanner lives in src/old.cs", 6),
        Own("The writer lives in src/kept.cs", 8),
        Own("Never create src/old.cs again", 10),
        Own("The bundle goes to dist/app.js", 11),
        Own("`make check` runs the tests", 12),
        Own("`make lint` checks the style", 13),
        Own("See https://example.com/src/old.cs for the origin", 14),
        "",
        "Notes of a person, as they are: The port is 1234 ",
    ];

    [Fact]
    public async Task Keeps_merges_marks_and_removes_as_expected_and_nothing_else()
    {
        await using var harness = await StartAsync();

        var said = await DreamAsync(harness);

        var text = Text(harness);
        string[] gone = [Memory[4], Memory[6], Memory[7]];
        string[] named = [Memory[5].Replace("ses_a9", "ses_a9 ses_a1", StringComparison.Ordinal)];
        Assert.All(gone, line => Assert.DoesNotContain(line, text));
        string[] kept = [.. Memory.Except(gone).Concat(named).Except([Memory[5], Memory[11], Memory[12], Memory[15], Memory[16]])];
        Assert.All(kept, line => Assert.Contains(line, text));
        Assert.Contains(text, line => line.StartsWith("- The scanner lives in src/old.cs [", StringComparison.Ordinal) && line.Contains("src/old.cs is gone] (", StringComparison.Ordinal));
        Assert.Contains(text, line => line.StartsWith("- `make lint` checks the style [", StringComparison.Ordinal));
        Assert.Contains(Memory[12].Replace("not verified", "verified", StringComparison.Ordinal), text);
        Assert.Contains(Memory[15].Replace("not verified", "verified", StringComparison.Ordinal), text);
        Assert.Equal(Memory.Length - gone.Length, text.Length);
        Assert.Contains("-" + Memory[7], said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("`OldParser` reads the file", "OldParser is gone")]
    [InlineData("call `Old.old_call()` first", "old_call is gone")]
    [InlineData("`Writer.WriteAll` writes it", "verified)")]
    [InlineData("`write_all()` writes it", "verified)")]
    [InlineData("`NeverSeen` is planned by us", "not verified)")]
    [InlineData("`OldParser` was removed", "not verified)")]
    [InlineData("run `dotnet` or `make`, not `app.js`", "not verified)")]
    public async Task Looks_for_symbols_in_the_tree_and_in_what_it_once_was(string text, string expected)
    {
        var project = new TempProject(("a.cs", "class OldParser { void old_call() { } }\nclass Writer { void WriteAll() { write_all(); } }\n")).WithGit();
        project.Write("a.cs", "class Writer { void WriteAll() { write_all(); } }\n");
        project.Git("commit", "--quiet", "--all", "--message=remove");
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Hello."), project);
        var path = harness.Workspace.Memory.Show("project", null).Path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, Own(text, 1));

        await DreamAsync(harness);

        Assert.Contains(expected, Assert.Single(Text(harness)), StringComparison.Ordinal);
        Assert.Equal(expected is "verified)", Text(harness)[0].EndsWith(", verified)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_still_gone_the_next_time_is_taken_out_and_what_came_back_is_not_marked_any_more()
    {
        await using var harness = await StartAsync();
        await DreamAsync(harness);
        harness.Project.Write("Makefile", "check:\n\ttrue\nlint:\n\ttrue\n");

        await DreamAsync(harness);

        Assert.DoesNotContain(Text(harness), line => line.StartsWith("- The scanner", StringComparison.Ordinal));
        Assert.Contains(Memory[16].Replace("not verified", "verified", StringComparison.Ordinal), Text(harness));
        Assert.Equal("The memory of this project is in order: nothing was changed.", await DreamAsync(harness));
    }

    [Fact]
    public async Task What_a_model_proposes_is_done_where_it_holds_and_said_where_it_does_not()
    {
        await using var harness = await StartAsync(request => Reply.Say(request.ToolNames.Count > 0 ? "Hello." : """
            - [8] + [14]: Port 8080 and never src/old.cs
            - [6] same as [9]
            - [3] same as [9]
            - [9] overruled by [8]
            [12] + [13]: Scanner and writer live in src/old.cs and src/kept.cs
            """));

        var said = await DreamAsync(harness);

        var text = Text(harness);
        Assert.Contains(text, line => line.StartsWith("- Scanner and writer live in src/old.cs and src/kept.cs [", StringComparison.Ordinal) && line.Contains("#8, ses_a8 ses_a6, not verified)", StringComparison.Ordinal));
        Assert.DoesNotContain(text, line => line.StartsWith("- The writer", StringComparison.Ordinal));
        Assert.Contains("- Use tabs, never spaces.", text);
        Assert.Contains("line 8, 14\n  left as it is: one says the contrary of the other", said, StringComparison.Ordinal);
        Assert.Contains("line 6\n  left as it is: they have no word in common", said, StringComparison.Ordinal);
        Assert.Contains("line 3\n  left as it is: a person wrote that line", said, StringComparison.Ordinal);
        Assert.Contains("line 9\n  left as it is: it was said earlier", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_would_take_out_half_of_the_memory_is_not_trusted()
    {
        string[] lines = [.. "abcdefgh".Select((part, at) => Own($"The {part} part builds slowly", at + 1))];
        await using var harness = await StartAsync(request => Reply.Say(request.ToolNames.Count > 0
            ? "Hello."
            : string.Join('\n', Enumerable.Range(1, 7).Select(line => $"[{line}] overruled by [8]"))));
        await File.WriteAllLinesAsync(harness.Workspace.Memory.Show("project", null).Path, lines);

        var said = await DreamAsync(harness);

        Assert.StartsWith("what the model proposed\n  left alone: it would take out more than 4 of 8 lines\n", said, StringComparison.Ordinal);
        Assert.Equal(lines, Text(harness).SkipLast(1));
    }

    [Theory]
    [InlineData("The API answers on port 80", "Port 80 is where the API answers", null)]
    [InlineData("The API answers on port 80", "The API answers somewhere", "80 would be lost")]
    [InlineData("Call `Start` first", "`Begin` is to call first", "Start would be lost")]
    [InlineData("See docs/a.md first", "See the docs first", "docs/a.md would be lost")]
    [InlineData("Commit to main", "Never commit to main", "one says the contrary of the other")]
    [InlineData("The build is slow", "Use tabs everywhere", "they have no word in common")]
    public void One_line_stands_for_another_only_where_nothing_is_lost(string gone, string stays, string? problem)
    {
        var lines = new[] { Own(gone, 1), Own(stays, 2) }.Select(RememberedWords.Of).ToList();

        Assert.Equal(problem, MemoryEdits.ProblemOf(Assert.Single(MemoryEdits.Parse("[1] same as [2]")), number => lines.ElementAtOrDefault(number - 1)));
    }

    [Fact]
    public async Task Is_undone_by_restoring_the_version_before()
    {
        await using var harness = await StartAsync();
        await DreamAsync(harness);

        await harness.Workspace.Memory.RestoreAsync("project", null, null, CancellationToken.None);

        Assert.Equal(Memory, Text(harness));
    }

    private static string Own(string text, int seq) => $"- {text} (2026-01-0{1 + (seq % 9)} 10:00 #{seq}, ses_a{seq}, not verified)";

    private static async Task<ProjectHarness> StartAsync(Func<ReceivedRequest, Reply>? answer = null)
    {
        var project = new TempProject(("src/old.cs", "x"), ("src/kept.cs", "x"), ("Makefile", "check:\n\ttrue\n")).WithGit();
        project.Git("rm", "--quiet", "src/old.cs");
        project.Git("commit", "--quiet", "--message=remove");
        var harness = await ProjectHarness.StartAsync(answer ?? (_ => Reply.Say("Hello.")), project);
        var path = harness.Workspace.Memory.Show("project", null).Path;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, string.Join('\n', Memory));
        return harness;
    }

    private static async Task<string> DreamAsync(ProjectHarness harness)
    {
        var session = await harness.NewSessionAsync();
        return (await harness.Workspace.Talk.CommandAsync(session.Id, new CommandRequest("/dream", ""), CancellationToken.None)).Said!;
    }

    private static string[] Text(ProjectHarness harness) => harness.Workspace.Memory.Show("project", null).Text.Split('\n');
}
