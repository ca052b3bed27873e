using System.Collections.Immutable;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Protocol.Requests;

/// <summary>An agent, as menus show it.</summary>
public sealed record AgentSummary(string Name, string Description, AgentMode Mode, string? Color = null);

/// <summary>A slash command, as menus show it. Hints are the places of its template that what is typed fills.</summary>
public sealed record CommandSummary(
    string Name, string Description, string Template, ImmutableArray<string> Hints, string? Agent = null, string? Model = null);

/// <summary>A skill: what it is for, the text itself, and where that lies.</summary>
public sealed record SkillSummary(string Name, string Description, string Location, string Content);

/// <summary>A model, as menus show it. A context limit of 0 is unknown; usable means that a key is there or none is needed.</summary>
public sealed record ModelSummary(ModelRef Ref, string Name, int ContextLimit, bool Usable);

/// <summary>Who answers, and why that model, in words for one line.</summary>
public sealed record Answerer(string Agent, ModelRef Model, string Because);

/// <summary>Where a workspace is. The branch is null without git and when none is checked out.</summary>
public sealed record ProjectPlace(string Directory, string Worktree, string? Branch = null);
