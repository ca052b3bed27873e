using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation.

/// <summary>An agent as settings: what is left out stays as it is. Keys that are not listed are options for the model.</summary>
public sealed record AgentConfig
{
    [Description("The model it works with, as provider/model.")]
    public string? Model { get; set; }

    [Description("The variant of that model.")]
    public string? Variant { get; set; }

    [Description("How freely the model chooses words.")]
    public double? Temperature { get; set; }

    [Description("Nucleus sampling.")]
    public double? TopP { get; set; }

    [Description("Its system prompt; {file:path} is filled in.")]
    public string? Prompt { get; set; }

    [Description("Take the agent away.")]
    public bool? Disable { get; set; }

    [Description("When to use it; other agents read this.")]
    public string? Description { get; set; }

    [Description("Who may start it: people (primary), other agents (subagent), or both (all).")]
    public AgentMode? Mode { get; set; }

    [Description("Leave it out of menus.")]
    public bool? Hidden { get; set; }

    [Description("Options for the model.")]
    public IReadOnlyDictionary<string, JsonElement> Options { get; set; } = ImmutableDictionary<string, JsonElement>.Empty;

    [Description("Its colour: #RRGGBB or primary, secondary, accent, success, warning, error, info.")]
    public string? Color { get; set; }

    [Description("Steps that it may take in one turn.")]
    public int? Steps { get; set; }

    [Description("When it is not empty, it has only these tools; * stands for any letters.")]
    public ImmutableArray<string> ToolAllowlist { get; set; } = [];

    [Description("It may look and think, but change nothing.")]
    public bool? ReadOnly { get; set; }

    [Description("What it may do without asking.")]
    public PermissionConfig? Permission { get; set; }

    /// <summary>Everything else that was written: options for the model.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>Who may start an agent.</summary>
public enum AgentMode
{
    [JsonStringEnumMemberName("all")] All,
    [JsonStringEnumMemberName("primary")] Primary,
    [JsonStringEnumMemberName("subagent")] Subagent,
}

/// <summary>A slash command.</summary>
public sealed record CommandConfig
{
    [Description("The prompt; $ARGUMENTS, $1 … are filled in.")]
    public string Template { get; set; } = "";

    [Description("What it does.")]
    public string? Description { get; set; }

    [Description("The agent that runs it.")]
    public string? Agent { get; set; }

    [Description("The model that runs it.")]
    public string? Model { get; set; }

    [Description("Run it in a subagent.")]
    public bool? Subtask { get; set; }
}
