using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Sessions;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.Features.Subagents;

public sealed class AgentCatalogueTests : IDisposable
{
    private readonly TempProject project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void Has_the_built_in_agents()
    {
        var list = Open().Read();
        Assert.Empty(list.Notices);
        Assert.Equal(["build", "checkpoint-writer", "compaction", "compose", "distill", "dream", "explore", "general", "judge", "plan", "summary", "title"], list.Agents.Select(a => a.Name));
        Assert.All(list.Agents, agent => Assert.NotEmpty(agent.Prompt));
        Assert.True(list.Agents.Single(a => a.Name == "plan").ReadOnly);
        Assert.Equal(["build", "compose", "plan"], list.Agents.Where(a => a.Mode is AgentMode.Primary).Select(a => a.Name));
    }

    [Fact]
    public void What_the_build_agent_is_told_stays_short()
    {
        var text = new AgentPrompt(new Assets()).Of(Open().Default());
        Assert.InRange(text.Length / 4.5, 500, 1_200);
    }

    [Fact]
    public void A_file_makes_an_agent_and_is_picked_up_without_a_restart()
    {
        var catalogue = Open();
        Assert.Throws<UserException>(() => catalogue.Get("team/review"));
        project.Write(".mimocode/agents/team/review.md", "---\ndescription: Reviews\ntemperature: 0.2\nreasoningEffort: high\n---\nLook hard.");
        var agent = catalogue.Get("team/review");
        Assert.Equal(("Reviews", 0.2, "Look hard."), (agent.Description, agent.Temperature!.Value, agent.Prompt));
        Assert.Equal("high", agent.Options["reasoningEffort"].GetString());
        project.Write(".mimocode/agents/team/review.md", "---\ndescription: Reviews more\n---\nLook harder.");
        Assert.Equal("Reviews more", catalogue.Get("team/review").Description);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_named_with_its_line_and_skipped()
    {
        var path = project.Write(".mimocode/agent/bad.md", "---\nmode: primary\noops\n---\n");
        project.Write(".mimocode/agent/good.md", "---\nmode: sideways\n---\nGood.");
        var list = Open().Read();
        Assert.DoesNotContain(list.Agents, a => a.Name == "bad");
        Assert.Equal(AgentMode.All, list.Agents.Single(a => a.Name == "good").Mode);
        Assert.Equal(2, list.Notices.Length);
        Assert.Contains(list.Notices, n => n.ToString().StartsWith($"{path}:3:", StringComparison.Ordinal));
    }

    [Fact]
    public void A_project_cannot_loosen_an_agent()
    {
        project.Write(".mimocode/agent/plan.md", "---\nread_only: false\npermission:\n  edit: allow\n---\n");
        var plan = Open().Get("plan");
        Assert.True(plan.ReadOnly);
        Assert.Empty(plan.Permission.Rules);
        Assert.Equal([new("edit", "*", PermissionAction.Allow)], plan.Limits.Rules.ToArray());
    }

    [Fact]
    public void Settings_change_add_and_remove_agents()
    {
        project.Write("mimocode.json", """
            {"default_agent": "mine", "agent": {"mine": {"mode": "primary", "prompt": "P"}, "compose": {"disable": true}, "build": {"model": "a/b"}}}
            """);
        var catalogue = Open();
        Assert.Equal("mine", catalogue.Default().Name);
        Assert.Equal("a/b", catalogue.Get("build").Model);
        Assert.NotEmpty(catalogue.Get("build").Prompt);
        Assert.Throws<UserException>(() => catalogue.Get("compose"));
    }

    private AgentCatalogue Open()
    {
        var environment = new EnvironmentVariables(new Dictionary<string, string> { ["HOME"] = project.Home });
        var folders = new Folders(environment);
        var here = ProjectFolders.Of(project.Root);
        return new(ConfigLoader.Load(environment, folders, here), environment, folders, here);
    }
}
