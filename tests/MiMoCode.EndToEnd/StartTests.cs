using MiMoCode.TestKit;

namespace MiMoCode.EndToEnd;

/// <summary>The program starts at all, and prints nothing but what was asked for.</summary>
public sealed class StartTests
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
}
