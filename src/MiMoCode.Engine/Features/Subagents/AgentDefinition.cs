using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>An agent as data: a prompt, a model, tools and permissions.</summary>
internal sealed record AgentDefinition(string Name)
{
    /// <summary>When to use it; other agents and people read this.</summary>
    public string Description { get; init; } = "";

    /// <summary>Who may start it.</summary>
    public AgentMode Mode { get; init; } = AgentMode.All;

    /// <summary>It is left out of menus.</summary>
    public bool Hidden { get; init; }

    /// <summary>It comes with the program.</summary>
    public bool BuiltIn { get; init; }

    /// <summary>Its part of the system prompt.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>The model it always works with, or null for the session's.</summary>
    public string? Model { get; init; }

    public string? Variant { get; init; }

    public double? Temperature { get; init; }

    public double? TopP { get; init; }

    /// <summary>Steps in one turn, or null for the general limit.</summary>
    public int? Steps { get; init; }

    /// <summary>When it is not empty, it has only these tools; * stands for any letters.</summary>
    public ImmutableArray<string> Tools { get; init; } = [];

    /// <summary>It may change nothing: a gate refuses every tool that would.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Its own rules, of the program and of the user; the last one that fits decides.</summary>
    public PermissionConfig Permission { get; init; } = PermissionConfig.Empty;

    /// <summary>Rules of the project for it: the stricter of these and all others holds.</summary>
    public PermissionConfig Limits { get; init; } = PermissionConfig.Empty;

    /// <summary>Options that go to the model unchanged.</summary>
    public ImmutableDictionary<string, JsonElement> Options { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    public string? Color { get; init; }

    /// <summary>The same agent with what the settings say. Rules of a project are kept apart, and it cannot take read-only away.</summary>
    public AgentDefinition With(AgentConfig config, bool fromProject) => this with
    {
        Description = config.Description ?? Description,
        Mode = config.Mode ?? Mode,
        Hidden = config.Hidden ?? Hidden,
        Prompt = config.Prompt ?? Prompt,
        Model = config.Model ?? Model,
        Variant = config.Variant ?? Variant,
        Temperature = config.Temperature ?? Temperature,
        TopP = config.TopP ?? TopP,
        Steps = config.Steps ?? Steps,
        Tools = config.ToolAllowlist.IsEmpty ? Tools : config.ToolAllowlist,
        ReadOnly = fromProject ? ReadOnly || config.ReadOnly is true : config.ReadOnly ?? ReadOnly,
        Permission = fromProject || config.Permission is null ? Permission : Permission.Then(config.Permission),
        Limits = fromProject && config.Permission is not null ? Limits.Then(config.Permission) : Limits,
        Options = Options.SetItems(config.More ?? []).SetItems(config.Options),
        Color = config.Color ?? Color,
    };
}
