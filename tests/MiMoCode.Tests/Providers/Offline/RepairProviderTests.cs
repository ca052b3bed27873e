using MiMoCode.TestKit;

namespace MiMoCode.Tests.Providers.Offline;

public sealed class RepairProviderTests
{
    [NeedsTheory("make", "gcc")]
    [InlineData("src/lines.c", "<= needed", "< needed")]
    public async Task Repairs_the_example_in_c(string file, string wrong, string right) =>
        await RepairsTheExampleAsync("c-ring", file, wrong, right);

    // A build for each try: seconds on a quiet machine, minutes beside other tests.
    [NeedsTheory("dotnet")]
    [Trait("Category", "Nightly")]
    [InlineData("Calendar/Bookings.cs", "> atLeast", ">= atLeast")]
    public async Task Repairs_the_example_in_csharp(string file, string wrong, string right) =>
        await RepairsTheExampleAsync("csharp-calendar", file, wrong, right);

    [NeedsFact("node")]
    public async Task Repairs_a_package_with_node_tests()
    {
        using var project = Clamp("value > low ? low : value > high ? high : value");
        var session = new RepairSession(project.Root);

        var words = await session.AskAsync("Please make the failing test pass.");

        Assert.Contains("value < low ? low", project.Read("index.js"));
        Assert.Contains("The tests pass.", words);
        Assert.Equal(["index.js"], session.Edited);
    }

    [NeedsFact("node")]
    public async Task Goes_on_where_it_was_stopped()
    {
        using var project = Clamp("value > low ? low : value > high ? high : value");
        var session = new RepairSession(project.Root);

        await session.AskAsync("make the failing tests pass", most: 7);
        var before = session.Messages.Count;
        var words = await session.AskAsync("continue");

        Assert.Contains("The tests pass.", words);
        Assert.Equal(1, session.Calls("glob"));
        Assert.True(session.Messages.Count > before + 1);
    }

    [NeedsFact("node")]
    public async Task Leaves_the_code_as_it_was_when_nothing_helps()
    {
        const string code = "low * 0";
        using var project = Clamp(code);
        var before = project.Read("index.js");
        var session = new RepairSession(project.Root);

        var words = await session.AskAsync("make the tests pass");

        Assert.Contains("as it was", words);
        Assert.Contains("mimo auth login", words);
        Assert.Equal(before, project.Read("index.js"));
    }

    [Fact]
    public async Task Says_so_when_the_tests_pass_already()
    {
        using var project = new TempProject(("Makefile", "test:\n\t@echo 3 passed\n"));

        var words = await new RepairSession(project.Root).AskAsync("fix the failing tests");

        Assert.Contains("pass already", words);
    }

    [Theory]
    [InlineData("write a web server")]
    [InlineData("why do the tests fail?")]
    [InlineData("add tests for the parser")]
    public async Task Asked_anything_else_it_says_how_to_connect_a_model(string prompt)
    {
        using var project = new TempProject();
        var session = new RepairSession(project.Root);

        var words = await session.AskAsync(prompt);

        Assert.Contains("not a language model", words);
        Assert.Contains("mimo auth login", words);
        Assert.Equal(2, session.Messages.Count);
    }

    private static async Task RepairsTheExampleAsync(string example, string file, string wrong, string right)
    {
        using var project = Examples.Open(example);
        Assert.Contains(wrong, project.Read(file));
        var session = new RepairSession(project.Root);

        var words = await session.AskAsync("make the failing tests pass");

        Assert.Contains(right, project.Read(file));
        Assert.Contains("The tests pass.", words);
        Assert.Contains("```diff", words);
        Assert.Equal([file], session.Edited);
        Assert.True(session.Calls("bash") < 30, $"{session.Calls("bash")} commands");
    }

    private static TempProject Clamp(string expression) => new(
        ("package.json", """{ "name": "clamp", "scripts": { "test": "node test.js" } }"""),
        ("index.js", $"module.exports = function clamp(value, low, high) {{\n  return {expression};\n}};\n"),
        ("test.js", """
            const assert = require('node:assert');
            const clamp = require('./');
            assert.strictEqual(clamp(7, 1, 5), 5);
            assert.strictEqual(clamp(3, 1, 5), 3);
            assert.strictEqual(clamp(0, 1, 5), 1);
            """));
}
