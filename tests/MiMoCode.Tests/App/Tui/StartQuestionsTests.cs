using MiMoCode.App.Tui;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Tui;

public sealed class StartQuestionsTests : IDisposable
{
    private readonly TempProject project = new();
    private readonly StringWriter said = new();

    [Fact]
    public async Task A_folder_is_trusted_once_with_everything_below_it()
    {
        Assert.False(await AskAsync(project.Root, "n"));
        Assert.True(await AskAsync(project.Root, ""));
        said.GetStringBuilder().Clear();
        Assert.True(await AskAsync(project.Root, null));
        Assert.True(await AskAsync(Directory.CreateDirectory(project["sub/deep"]).FullName, null));
        Assert.Equal("", said.ToString());
    }

    [Fact]
    public async Task The_home_folder_is_not_trusted_by_a_mere_enter_and_never_for_good()
    {
        Assert.False(await AskAsync(project.Home, ""));
        Assert.True(await AskAsync(project.Home, "yes"));
        Assert.False(await AskAsync(project.Home, null));
        Assert.Contains("more than one project", said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Skipping_permissions_must_be_wanted_in_so_many_letters()
    {
        Assert.False(await Of("").SkipsPermissionsAsync(isRoot: false, CancellationToken.None));
        Assert.True(await Of("y").SkipsPermissionsAsync(isRoot: true, CancellationToken.None));
        Assert.Contains("You are root", said.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        project.Dispose();
        said.Dispose();
    }

    private Task<bool> AskAsync(string folder, string? answer) => Of(answer).TrustsAsync(folder, CancellationToken.None);

    private StartQuestions Of(string? answer) =>
        new(new StringReader(answer is null ? "" : answer + "\n"), said, new Folders(new EnvironmentVariables([new("HOME", project.Home), new("MIMOCODE_HOME", Path.Combine(project.Home, "mimo"))])));
}
