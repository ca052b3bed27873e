using System.Collections.Immutable;
using MiMoCode.Engine.Features.Skills;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Skills;

public sealed class SkillTests
{
    [Fact]
    public void Finds_skills_where_they_lie_and_names_those_that_are_broken()
    {
        using var project = new TempProject(
            (".agents/skills/release/SKILL.md", "---\nname: release\ndescription: Cut a release\n---\nTag it."),
            (".mimocode/skill/release/SKILL.md", "---\nname: release\ndescription: Cut a release our way\n---\nTag it twice."),
            (".mimocode/skills/broken/SKILL.md", "---\nname: broken\n---\nNothing."),
            (".claude/skills/other/SKILL.md", "---\nname: other\ndescription: Of another program\n---\nHidden."));

        var (skills, notices) = Catalogue(project).Read();

        Assert.Equal("Tag it twice.", skills.Single(skill => skill.Name == "release").Text);
        Assert.DoesNotContain(skills, skill => skill.Name == "other");
        Assert.Contains("broken", Assert.Single(notices).ToString(), StringComparison.Ordinal);
        Assert.Contains("SKILL.md:1:1: this skill is left out", Assert.Single(notices).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_said_once_in_the_session_that_goes_on_without_it()
    {
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Hello."));
        var session = await harness.NewSessionAsync();
        harness.Project.Write(".mimocode/skills/broken/SKILL.md", "---\nname: broken\n---\nNothing.");
        var said = harness.NextAsync<SessionWarning>();

        await harness.RunAsync(session.Id, "hello");

        Assert.EndsWith("broken/SKILL.md:1:1: this skill is left out: a skill needs a name and a description", (await said).Text, StringComparison.Ordinal);
        Assert.Empty(harness.Workspace.FreshNotices());
    }

    [Fact]
    public void Links_of_a_repository_lead_neither_out_of_it_nor_in_circles_and_those_of_the_user_count()
    {
        using var project = new TempProject(
            ("tools/shared/SKILL.md", "---\nname: shared\ndescription: Lies elsewhere in the project\n---\nOne."), (".mimocode/skills/.hidden/SKILL.md", "---\nname: hidden\ndescription: x\n---\nOne."));
        using var other = new TempProject(("own/SKILL.md", "---\nname: own\ndescription: Of the user\n---\nOne."));
        Directory.CreateSymbolicLink(project[".mimocode/skills/shared"], project["tools/shared"]);
        Directory.CreateSymbolicLink(project[".mimocode/skills/root"], "/usr");
        Directory.CreateSymbolicLink(project[".mimocode/skills/circle"], "..");
        Directory.CreateSymbolicLink(project[".mimocode/skills/outside"], other["own"]);
        Assert.DoesNotContain(Catalogue(project).Read().Skills, skill => skill.Name is "own" or "hidden");
        Assert.Contains(Catalogue(project).Read().Skills, skill => skill.Name is "shared");

        Directory.CreateDirectory(Path.Combine(project.Home, ".mimocode", "skills"));
        Directory.CreateSymbolicLink(Path.Combine(project.Home, ".mimocode", "skills", "own"), other["own"]);

        Assert.Contains(Catalogue(project).Read().Skills, skill => skill.Name is "own");
    }

    [NeedsFact("node", "npm")]
    public async Task Skills_that_come_with_the_program_are_valid_by_the_reference_of_their_format()
    {
        var folders = Directory.GetDirectories(Repository.Path("assets/skills"));

        Assert.True(folders.Length >= 14);
        Assert.Equal("", await NodeClients.RunAsync("skills.mjs", folders));
    }

    [Fact]
    public void The_skills_of_compose_are_found_by_the_names_that_people_know()
    {
        using var project = new TempProject();
        var skills = Catalogue(project).Read().Skills;

        Assert.All(
            "tdd debug verify brainstorm plan execute parallel review feedback worktree merge subagent new-skill next".Split(' '),
            name => Assert.Single(skills, skill => skill.Name == "compose-" + name && skill.Aliases is [var alias] && alias == "compose:" + name));
    }

    [Fact]
    public void Folders_of_other_programs_come_in_by_the_settings_and_changes_count_at_once()
    {
        using var project = new TempProject(
            ("mimocode.json", """{"skills":{"paths":[".claude/skills"]}}"""),
            (".claude/skills/other/SKILL.md", "---\nname: other\ndescription: Of another program\n---\nOne."));
        var catalogue = Catalogue(project);
        Assert.Equal("One.", catalogue.Read().Skills.Single(skill => skill.Name == "other").Text);

        project.Write(".claude/skills/other/SKILL.md", "---\nname: other\ndescription: Of another program\n---\nTwo, and longer.");

        Assert.Equal("Two, and longer.", catalogue.Read().Skills.Single(skill => skill.Name == "other").Text);
    }

    [Fact]
    public void Ranks_by_names_first_and_by_rare_words()
    {
        ImmutableArray<Skill> skills =
        [
            new("deploy", "Put the project on the server", "", null), new("testing", "Write tests for the project", "", null),
            new("notes", "Write notes on the server", "", null),
        ];

        Assert.Equal(["testing", "notes"], SkillRanking.Rank(skills, "write tests", 5).Select(skill => skill.Name));
        Assert.Equal("deploy", SkillRanking.Rank(skills, "deploy project server", 1).Single().Name);
        Assert.Empty(SkillRanking.Rank(skills, "paint", 5));
    }

    [Fact]
    public async Task The_tool_loads_a_skill_with_its_folder_and_searches_when_the_name_is_not_known()
    {
        using var project = new TempProject(
            (".mimocode/skill/release/SKILL.md", "---\nname: release\ndescription: Cut a release\n---\nTag it."), (".mimocode/skill/release/check.sh", "exit 0"));
        await using var harness = await LoopHarness.StartAsync(
            new ScriptedProvider(
                Say.Call(("skill", """{"name":"release"}"""), ("skill", """{"name":"cut it"}"""), ("skill", """{"name":"paint"}""")), Say.Text("Done.")),
            [new SkillTool(Catalogue(project))]);

        await harness.RunAsync("Go");

        var states = harness.History.SelectMany(message => message.Parts).OfType<ToolPart>().Select(call => call.State).ToList();
        var loaded = Assert.IsType<ToolCompleted>(states[0]).Output;
        Assert.Contains("Tag it.", loaded, StringComparison.Ordinal);
        Assert.Contains("- check.sh", loaded, StringComparison.Ordinal);
        Assert.Contains("- release: Cut a release", Assert.IsType<ToolCompleted>(states[1]).Output, StringComparison.Ordinal);
        Assert.Contains("No skill fits 'paint'", Assert.IsType<ToolFailed>(states[2]).Error, StringComparison.Ordinal);
    }

    private static SkillCatalogue Catalogue(TempProject project)
    {
        var environment = new EnvironmentVariables(new Dictionary<string, string> { ["HOME"] = project.Home });
        var (folders, tree) = (new Folders(environment), ProjectFolders.Of(project.Root));
        return new SkillCatalogue(ConfigLoader.Load(environment, folders, tree), new MarkdownFolders(environment, folders, tree), folders, tree);
    }
}
