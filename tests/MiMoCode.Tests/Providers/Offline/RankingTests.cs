using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;
using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Ranking;
using MiMoCode.Providers.Offline.Reach;
using MiMoCode.Providers.Offline.Reports;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Providers.Offline;

public sealed class RankingTests
{
    private static readonly SourceFile Source = File("lib.js", "exports.add = function (a, b) {\n  return a - b;\n};\nexports.mul = function (a, b) {\n  return a * b;\n};\n");
    private static readonly SourceFile Tests = File("test.js", "test('adds', () => {\n  equal(lib.add(2, 3), 5);\n});\ntest('multiplies', () => {\n  equal(lib.mul(2, 3), 6);\n});\n");
    private static readonly ProjectFiles Files = new(["lib.js", "test.js"]);

    [Fact]
    public void Suspects_what_the_failing_test_names_before_what_a_passing_one_names()
    {
        var suspicion = Suspect("not ok 1 adds\nok 2 multiplies", ReachedLines.Unknown);

        Assert.True(suspicion.Of(Source, 1) > 3 * suspicion.Of(Source, 4));
    }

    [Fact]
    public void Suspects_what_a_stack_trace_points_to()
    {
        var suspicion = Suspect("Error: wrong\n    at mul (lib.js:5:10)", ReachedLines.Unknown);

        Assert.True(suspicion.Of(Source, 4) > suspicion.Of(Source, 1));
    }

    [Fact]
    public void Leaves_lines_that_did_not_run_for_last()
    {
        var suspicion = Suspect("not ok 1 adds\nnot ok 2 multiplies", ReachedLines.Read("lib.js: 1,3-6\n"));

        Assert.True(suspicion.Of(Source, 1) < suspicion.Of(Source, 4) / 10);
    }

    [Fact]
    public void A_line_whose_change_mended_a_test_comes_next()
    {
        var queue = new RepairQueue([Source], Suspect("not ok 1 adds\nnot ok 2 multiplies", ReachedLines.Unknown), Clues.None);
        var first = queue.Take()!;

        queue.Learn(first, Verdict.Better);

        Assert.Equal(first.Line, queue.Take()!.Line);
    }

    [Fact]
    public void Lines_whose_changes_change_nothing_are_left()
    {
        var queue = new RepairQueue([Source], Suspect("not ok 1 adds\nnot ok 2 multiplies", ReachedLines.Unknown), Clues.None);
        var first = queue.Take()!;
        for (var tries = 0; tries < 3; tries++)
            queue.Learn(first, Verdict.Same);

        Assert.NotEqual(first.Line, queue.Take()!.Line);
    }

    [NeedsFact("node")]
    public async Task The_runtime_tells_which_lines_ran()
    {
        using var project = new TempProject(("lib.js", Source.Text), ("test.js", "if (require('./lib').add(2, 3) !== 5)\n  process.exit(1);\n"));
        var session = new RepairSession(project.Root);

        var reached = ReachedLines.Read(await session.ShellAsync(ReachedLines.Command(Files, "node test.js")!));

        Assert.True(reached.MayHold("lib.js", 1));
        Assert.False(reached.MayHold("lib.js", 4));
    }

    [Theory]
    [InlineData("package.json", """{"scripts":{"test":"mocha test/*.js"}}""", "npm test", "node_modules/.bin/mocha test/a.js test/b.js")]
    [InlineData("package.json", """{"scripts":{"test":"node test.js"}}""", "npm test", "node test.js")]
    [InlineData("package.json", """{"scripts":{"test":"eslint . && node test.js"}}""", "npm test", null)]
    [InlineData("package.json", """{"scripts":{"pretest":"tsc","test":"node test.js"}}""", "npm test", null)]
    [InlineData("Makefile", "all:\n\tcc a.c\ncheck: all\n\t./a\n", "make check", null)]
    [InlineData("Cargo.toml", "[package]", "cargo test", null)]
    [InlineData("go.mod", "module a", "go test ./...", null)]
    [InlineData("pyproject.toml", "[tool.pytest.ini_options]", "python3 -m pytest -q", null)]
    [InlineData("A.Tests/A.Tests.csproj", "<PackageReference Include=\"Microsoft.NET.Test.Sdk\" />", "dotnet test A.Tests/A.Tests.csproj", null)]
    public void Finds_the_command_that_runs_the_tests(string path, string text, string line, string? direct)
    {
        var command = TestCommands.Find(new ProjectFiles([path, "test/a.js", "test/b.js", "test/c/d.js"]), new Dictionary<string, string> { [path] = text }, "make the tests pass")[0];

        Assert.Equal((line, direct), (command.Line, command.Direct));
    }

    private static Suspicion Suspect(string output, ReachedLines reached) => new([Source], [Tests], Files, ReportReader.Read(output), reached);

    private static SourceFile File(string path, string text) => new(path, text, Dialect.Of(path)!);
}
