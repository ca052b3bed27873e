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

        var said = await harness.Workspace.Upkeep.DistillAsync(CancellationToken.None);

        var proposal = Assert.Single(harness.Workspace.Upkeep.Proposals.List());
        Assert.Equal("release-version", proposal.Name);
        Assert.StartsWith("Proposed: release-version.", said, StringComparison.Ordinal);
        Assert.Contains("1. `sh check.sh`\n2. `sh bump.sh …`\n3. `git tag …`\n", proposal.Text, StringComparison.Ordinal);
        Assert.Null(SkillDraft.ProblemOf(proposal.Name, proposal.Text));
        Assert.False(Directory.Exists(harness.Project[".mimocode"]));
        Assert.StartsWith("Nothing new recurs", await harness.Workspace.Upkeep.DistillAsync(CancellationToken.None), StringComparison.Ordinal);
    }

    [NeedsFact("node", "npm")]
    public async Task A_proposed_skill_is_valid_by_the_reference_of_its_format_and_active_once_it_is_accepted()
    {
        await using var harness = await WorkAsync();
        await harness.Workspace.Upkeep.DistillAsync(CancellationToken.None);
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
        await harness.Workspace.Upkeep.DistillAsync(CancellationToken.None);
        harness.Workspace.Upkeep.Proposals.Decline("release-version");

        await harness.Workspace.Upkeep.DistillAsync(CancellationToken.None);

        Assert.Empty(harness.Workspace.Upkeep.Proposals.List());
    }

    /// <summary>Six sessions: four release, two do something else.</summary>
    private static async Task<ProjectHarness> WorkAsync()
    {
        var harness = await ProjectHarness.StartAsync(
            Answer, new TempProject(("check.sh", "exit 0\n"), ("bump.sh", "echo $1\n"), ("other.sh", "exit 0\n")).WithGit(),
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
