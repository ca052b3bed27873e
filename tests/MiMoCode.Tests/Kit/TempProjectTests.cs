using MiMoCode.TestKit;

namespace MiMoCode.Tests.Kit;

public sealed class TempProjectTests
{
    [Fact]
    public void Clears_away_closed_folders_and_leaves_what_lies_behind_links_as_it_is()
    {
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        using var outside = new TempProject(("below/a.txt", "x"));
        File.SetUnixFileMode(outside["below"], mode);
        var project = new TempProject(("closed/a.txt", "x"));
        Directory.CreateSymbolicLink(project["link"], outside.Root);
        File.SetUnixFileMode(project["closed"], UnixFileMode.None);

        project.Dispose();

        Assert.False(Directory.Exists(project.Root));
        Assert.Equal(mode, File.GetUnixFileMode(outside["below"]));
    }
}
