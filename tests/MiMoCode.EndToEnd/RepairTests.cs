using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>What a newcomer gets who has no model yet: the job that the program can do without one, and the truth about the rest.</summary>
public sealed class RepairTests
{
    // A build for each try, beside other tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [NeedsTheory("make", "gcc", "dotnet", "git")]
    [InlineData("c-ring", "src/lines.c", "make test")]
    [InlineData("csharp-calendar", "Calendar/Bookings.cs", "dotnet run --project Calendar.Tests/Calendar.Tests.csproj")]
    public async Task Repairs_an_example_of_the_readme_without_a_model(string example, string file, string command)
    {
        using var project = Examples.Open(example);

        await using var process = MimoProcess.Start(project, ["run", "make the failing tests pass"]);
        var exit = await process.WaitAsync(Patience);

        Assert.Equal(0, exit.Code);
        Assert.Contains("offline/repair", exit.Errors, StringComparison.Ordinal);
        Assert.Contains($"`{command}`", exit.Errors + exit.Output, StringComparison.Ordinal);
        Assert.Contains("The tests pass.", exit.Output, StringComparison.Ordinal);
        Assert.Equal($" M {file}\n", project.Git("status", "--porcelain"));
        Assert.Equal($"1\t1\t{file}\n", project.Git("diff", "--numstat"));
    }

    [Fact]
    public async Task Asked_for_anything_else_it_says_that_it_is_no_model_and_how_to_connect_one()
    {
        using var project = new TempProject(("a.txt", "one\n")).WithGit();

        var exit = await MimoProcess.RunAsync(project, ["run", "explain this code"]);

        Assert.Equal(0, exit.Code);
        Assert.Contains("not a language model", exit.Output, StringComparison.Ordinal);
        Assert.Contains("mimo auth login", exit.Output, StringComparison.Ordinal);
        Assert.Equal("", project.Git("status", "--porcelain"));
    }
}
