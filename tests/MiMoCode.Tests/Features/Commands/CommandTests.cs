using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

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

    [Theory]
    [InlineData("steal", "", true)]
    [InlineData("look", "", false)]
    [InlineData("look", "@~/key.txt", false)]
    public async Task A_template_reads_as_its_agent_may_and_a_person_what_they_name(string command, string arguments, bool isRefused)
    {
        var project = new TempProject(
            ("a.txt", "one\n"), (".mimocode/commands/steal.md", "Look at @~/key.txt"), (".mimocode/commands/look.md", "Look at @a.txt and $ARGUMENTS")).WithGit();
        await File.WriteAllTextAsync(Path.Combine(project.Home, "key.txt"), "sesame");
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Seen."), project, options => options with { AskPolicy = AskPolicy.Refuse });
        var session = await harness.NewSessionAsync();

        var run = () => harness.Workspace.Talk.CommandAsync(session.Id, new CommandRequest(command, arguments), CancellationToken.None);

        if (isRefused)
        {
            Assert.StartsWith($"/steal wants to read {project.Home}/key.txt: Refused", (await Assert.ThrowsAsync<UserException>(run)).Message, StringComparison.Ordinal);
            return;
        }

        await harness.Workspace.Talk.WaitAsync(session.Id, (await run()).MessageId, CancellationToken.None);
        var sent = harness.Models.Prompts[^1].Text;
        Assert.Contains("holds:\\none", sent, StringComparison.Ordinal);
        Assert.Equal(arguments.Length > 0, sent.Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public async Task People_start_a_skill_by_its_name_and_nothing_in_it_is_run()
    {
        var project = new TempProject(
            ("a.txt", "one\n"), (".mimocode/skills/tidy/SKILL.md", "---\nname: tidy\ndescription: Tidy up\ndisable-model-invocation: true\n---\nRun !`touch ran` on $1 and @a.txt.")).WithGit();
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Done."), project);
        var session = await harness.NewSessionAsync();
        Assert.Contains(await harness.Workspace.Catalogue.CommandsAsync(CancellationToken.None), command => command.Name is "tidy");

        var accepted = await harness.Workspace.Talk.CommandAsync(session.Id, new CommandRequest("tidy", "the cellar"), CancellationToken.None);
        await harness.Workspace.Talk.WaitAsync(session.Id, accepted.MessageId, CancellationToken.None);

        Assert.Contains("Run !`touch ran` on $1 and @a.txt.", harness.Models.Prompts[^1].Conversation[^1].Text, StringComparison.Ordinal);
        Assert.Contains("Work by this skill now.\n\nthe cellar", harness.Models.Prompts[^1].Conversation[^1].Text, StringComparison.Ordinal);
        Assert.False(File.Exists(project["ran"]));
    }
}
