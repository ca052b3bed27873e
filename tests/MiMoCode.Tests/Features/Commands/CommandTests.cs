using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Commands;

public sealed class CommandTests
{
    [Theory]
    [InlineData("Fix $ARGUMENTS now", "a b", "Fix a b now")]
    [InlineData("Fix $1 in $2", "x y z", "Fix x in y z")]
    [InlineData("Fix $1 in $2", "\"x y\" z", "Fix x y in z")]
    [InlineData("Fix $1 in $2", "x", "Fix x in ")]
    [InlineData("Fix it", "a b", "Fix it\n\na b")]
    [InlineData("Costs $100", "", "Costs $100")]
    public void Fills_places(string template, string arguments, string expected) =>
        Assert.Equal(expected, string.Concat(CommandTemplate.Fill(template, arguments).Select(piece => piece.Text)));

    [Fact]
    public void What_is_typed_stays_an_argument_in_a_command_line()
    {
        var pieces = CommandTemplate.Fill("See !`git log $1` and $1", "'; rm -rf ~ ;'");

        Assert.Equal("git log '; rm -rf ~ ;'", pieces.Single(piece => piece.IsShell).Text);
    }

    [Fact]
    public void What_is_typed_never_becomes_a_command_line()
    {
        var pieces = CommandTemplate.Fill("Look at $ARGUMENTS", "!`rm -rf ~`");

        Assert.DoesNotContain(pieces, piece => piece.IsShell);
    }

    [Fact]
    public void Finds_mentioned_files() =>
        Assert.Equal("src/a.cs ~/notes.md", string.Join(" ", CommandTemplate.Mentions("Compare @src/a.cs, @~/notes.md. Ask me@example.org.")));

    [Fact]
    public void Files_of_the_project_replace_built_in_commands_and_broken_ones_are_named()
    {
        using var project = new TempProject(
            (".mimocode/command/review.md", "---\ndescription: Ours\nagent: plan\n---\nLook at $1"),
            (".mimocode/commands/git/commit.md", "Commit"),
            (".mimocode/command/broken.md", "---\ndescription: no end"));
        var environment = new EnvironmentVariables(new Dictionary<string, string> { ["HOME"] = project.Home });
        var (folders, tree) = (new Folders(environment), ProjectFolders.Of(project.Root));
        var catalogue = new CommandCatalogue(ConfigLoader.Load(environment, folders, tree), new MarkdownFolders(environment, folders, tree));

        Assert.Equal(("Ours", "plan"), (catalogue.Get("/review").Description, catalogue.Get("review").Agent));
        Assert.Equal("Commit", catalogue.Get("git/commit").Template);
        Assert.Contains("goal", catalogue.Read().Commands.Select(command => command.Name));
        Assert.Contains("broken.md:1", Assert.Throws<UserException>(() => catalogue.Get("broken")).Message, StringComparison.Ordinal);
        Assert.Contains("There are: ", Assert.Throws<UserException>(() => catalogue.Get("none")).Message, StringComparison.Ordinal);
    }
}
