using System.Collections.Immutable;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>What something that recurs can become.</summary>
/// <param name="Name">What people and models call the form.</param>
/// <param name="FileName">What its file is called while it waits, which says the form.</param>
/// <param name="Target">Where it goes below the project once it is accepted; {name} stands for its own name.</param>
internal sealed record ProposalForm(string Name, string FileName, string Target)
{
    /// <summary>Steps that a model is to follow.</summary>
    public static ProposalForm Skill { get; } = new("skill", "SKILL.md", ".mimocode/skills/{name}/SKILL.md");

    /// <summary>A prompt that people type again and again.</summary>
    public static ProposalForm Command { get; } = new("command", "COMMAND.md", ".mimocode/commands/{name}.md");

    /// <summary>Work that is given away again and again.</summary>
    public static ProposalForm Agent { get; } = new("agent", "AGENT.md", ".mimocode/agents/{name}.md");

    /// <summary>A procedure that people follow, too long or too much theirs for a model alone.</summary>
    public static ProposalForm Document { get; } = new("document", "DOCUMENT.md", "docs/sop/{name}.md");

    public static ImmutableArray<ProposalForm> All { get; } = [Skill, Command, Agent, Document];

    /// <summary>The file of a proposal of this form once it is accepted.</summary>
    public string TargetIn(string projectRoot, string name) =>
        Path.Combine(projectRoot, Target.Replace("{name}", name, StringComparison.Ordinal));
}
