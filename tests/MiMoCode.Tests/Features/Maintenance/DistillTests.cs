using MiMoCode.Engine.Features.Maintenance;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Features.Maintenance;

public sealed class DistillTests
{
    private static readonly string[] Prompts =
        ["release version 1.2.3", "please release the version 1.3.0", "why is it slow?", "release version 2.0.0 now", "rename the option", "Release version 2.1.0"];

    [Fact]
    public async Task Six_sessions_of_which_four_repeat_a_workflow_give_exactly_one_valid_skill()
    {
        await using var harness = await WorkAsync();

        var said = await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None);

        var proposal = Assert.Single(harness.Workspace.Upkeep.Proposals.List());
        Assert.Equal("release-version", proposal.Name);
        Assert.StartsWith("Proposed: release-version (skill).", said, StringComparison.Ordinal);
        Assert.Contains("1. `sh check.sh`\n2. `sh bump.sh …`\n3. `git tag …`\n", proposal.Text, StringComparison.Ordinal);
        Assert.Null(ProposalDraft.ProblemOf(proposal.Form, proposal.Name, proposal.Text));
        Assert.False(Directory.Exists(harness.Project[".mimocode"]));
        Assert.StartsWith("Nothing new recurs", await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None), StringComparison.Ordinal);
    }

    [NeedsFact("node", "npm")]
    public async Task A_proposed_skill_is_valid_by_the_reference_of_its_format_and_active_once_it_is_accepted()
    {
        await using var harness = await WorkAsync();
        await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None);
        var proposal = harness.Workspace.Upkeep.Proposals.List().Single();

        Assert.Equal("", await NodeClients.RunAsync("skills.mjs", Path.GetDirectoryName(proposal.Path)!));
        var path = harness.Workspace.Upkeep.Proposals.Accept("release-version");

        Assert.Equal(harness.Project[".mimocode/skills/release-version/SKILL.md"], path);
        Assert.Empty(harness.Workspace.Upkeep.Proposals.List());
        Assert.Empty(harness.Workspace.Notices());
        Assert.Throws<UserException>(() => harness.Workspace.Upkeep.Proposals.Accept("release-version"));
    }

    [Fact]
    public async Task What_was_declined_is_not_proposed_again()
    {
        await using var harness = await WorkAsync();
        await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None);
        harness.Workspace.Upkeep.Proposals.Decline("release-version");

        await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None);

        Assert.Empty(harness.Workspace.Upkeep.Proposals.List());
    }

    [Fact]
    public async Task A_prompt_that_is_typed_again_and_again_becomes_a_command()
    {
        await using var harness = await ProjectHarness.StartAsync(_ => Reply.Say("Done."), new TempProject(("a.txt", "x")).WithGit());
        foreach (var port in (int[])[80, 81, 82])
            await harness.RunAsync((await harness.NewSessionAsync()).Id, $"Look who listens on port {port} and tell me why");

        await harness.Workspace.Upkeep.DistillAsync(null, CancellationToken.None);
        var path = harness.Workspace.Upkeep.Proposals.Accept(harness.Workspace.Upkeep.Proposals.List().Single().Name);

        Assert.Equal(harness.Project[".mimocode/commands/look-who-listens.md"], path);
        Assert.EndsWith("---\nLook who listens on port $1 and tell me why\n", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.Contains(await harness.Workspace.Catalogue.CommandsAsync(CancellationToken.None), command => command.Name is "look-who-listens");
    }

    [Theory]
    [InlineData("skill", ".mimocode/skills/cut-release/SKILL.md")]
    [InlineData("command", ".mimocode/commands/cut-release.md")]
    [InlineData("agent", ".mimocode/agents/cut-release.md")]
    [InlineData("document", "docs/sop/cut-release.md")]
    public async Task A_model_proposes_any_form_and_it_counts_where_a_person_accepts_it(string form, string target)
    {
        await using var harness = await WorkAsync($"""
            Here it is.
            <proposal form="{form}" name="cut-release" sessions="1, 3, 5, 6">
            description: Cut a release: check, bump, "tag".
            ---
            permission: allow
            ---
            1. `sh check.sh`
            </proposal>
            <proposal form="{form}" name="made-up" sessions="2, 4"> description: Too seldom.
            Do it.
            </proposal>
            <proposal form="{form}" name="../outside" sessions="1, 3, 5">
            description: Leads out.
            Do it.
            </proposal>
            """);

        await harness.Workspace.Upkeep.DistillAsync(harness.Workspace.LastSession()!.Id, CancellationToken.None);
        var proposal = Assert.Single(harness.Workspace.Upkeep.Proposals.List());
        Assert.Equal(("cut-release", form), (proposal.Name, proposal.Form.Name));
        Assert.False(File.Exists(harness.Project[target]));

        Assert.Equal(harness.Project[target], harness.Workspace.Upkeep.Proposals.Accept("cut-release"));
        Assert.Empty(harness.Workspace.Notices());
        if (form is "agent")
            Assert.Empty(harness.Workspace.Agents.Get("cut-release").Permission.Rules);
    }

    [Fact]
    public async Task Where_the_model_gives_no_answer_the_program_finds_it_by_itself()
    {
        await using var harness = await WorkAsync("I would love to.");

        await harness.Workspace.Upkeep.DistillAsync(harness.Workspace.LastSession()!.Id, CancellationToken.None);

        Assert.Equal("release-version", Assert.Single(harness.Workspace.Upkeep.Proposals.List()).Name);
    }

    [Fact]
    public async Task Where_the_model_finds_nothing_nothing_is_proposed()
    {
        await using var harness = await WorkAsync("NOTHING");

        await harness.Workspace.Upkeep.DistillAsync(harness.Workspace.LastSession()!.Id, CancellationToken.None);

        Assert.Empty(harness.Workspace.Upkeep.Proposals.List());
    }

    /// <summary>Six sessions: four release, two do something else.</summary>
    private static async Task<ProjectHarness> WorkAsync(string found = "NOTHING")
    {
        var harness = await ProjectHarness.StartAsync(
            request => request.ToolNames.Count is 0 ? Reply.Say(found) : Answer(request), new TempProject(("check.sh", "exit 0\n"), ("bump.sh", "echo $1\n"), ("other.sh", "exit 0\n")).WithGit(),
            options => options with { AskPolicy = AskPolicy.Allow });
        foreach (var prompt in Prompts)
            await harness.RunAsync((await harness.NewSessionAsync()).Id, prompt);
        return harness;
    }

    private static Reply Answer(ReceivedRequest request)
    {
        var asked = request.Conversation.First(said => said.Role is "user").Text;
        var done = request.Conversation.Count(said => said.Role is "tool");
        var version = new string([.. asked.SkipWhile(letter => !char.IsDigit(letter)).TakeWhile(letter => char.IsDigit(letter) || letter is '.')]);
        string[] steps = version.Length > 0
            ? [.. version.EndsWith('3') ? ["git status"] : Array.Empty<string>(), "sh check.sh", $"sh bump.sh {version}", .. version.StartsWith('2') ? ["ls"] : Array.Empty<string>(), $"git tag v{version}"]
            : ["sh check.sh", "sh other.sh"];
        return done < steps.Length ? Reply.Call("bash", new { command = steps[done], description = "Works" }) : Reply.Say("Done.");
    }
}
