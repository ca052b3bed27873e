using System.Text.RegularExpressions;
using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>The program starts at all, and prints nothing but what was asked for.</summary>
public sealed partial class StartTests
{
    [Fact]
    public async Task Prints_its_version_and_nothing_else()
    {
        using var project = new TempProject();
        var exit = await MimoProcess.RunAsync(project, ["--version"]);
        Assert.Equal(0, exit.Code);
        Assert.Matches(@"\A\d+\.\d+\.\d+\S*\n\z", exit.Output);
        Assert.Empty(exit.Errors);
    }

    [Fact]
    public async Task Lists_in_its_help_the_commands_that_the_readme_lists()
    {
        using var project = new TempProject();
        var help = (await MimoProcess.RunAsync(project, ["--help"])).Output;
        var told = Command().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(line => line.Groups[1].Value).Order(StringComparer.Ordinal);
        var written = Row().Matches(File.ReadAllText(Repository.Path("README.md"))).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal);
        Assert.Equal(told, written);
    }

    [GeneratedRegex(@"^  ([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^\| `mimo ([a-z-]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
