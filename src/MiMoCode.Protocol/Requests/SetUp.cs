using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Requests;

/// <summary>Where files of ours lie, and where we work.</summary>
public sealed record Paths(string Home, string State, string Config, string Worktree, string Directory);

/// <summary>A project that was worked in.</summary>
public sealed record ProjectSummary(
    string Id,
    string Worktree,
    ProjectTime Time,
    ImmutableArray<string> Sandboxes,
    string? Vcs = null,
    string? Name = null,
    ProjectIcon? Icon = null,
    ProjectCommands? Commands = null);

/// <summary>How clients show a project: an address or a data URL, what a person chose instead of it, a colour.</summary>
public sealed record ProjectIcon(string? Url = null, string? Override = null, string? Color = null);

/// <summary>What clients keep to start a project with; nothing here runs it.</summary>
public sealed record ProjectCommands(string? Start = null);

/// <summary>What is to change of a project; what is null stays.</summary>
public sealed record UpdateProject(string? Name = null, ProjectIcon? Icon = null, ProjectCommands? Commands = null);

/// <summary>Times of a project.</summary>
public sealed record ProjectTime(DateTimeOffset Created, DateTimeOffset Updated);

/// <summary>An agent with all that is set for it, except its prompt.</summary>
public sealed record AgentSettings(
    string Name,
    AgentMode Mode,
    ImmutableArray<PermissionRule> Permission,
    ImmutableDictionary<string, JsonElement> Options,
    string? Description = null,
    bool? Native = null,
    bool? Hidden = null,
    double? Temperature = null,
    [property: JsonPropertyName("topP")] double? TopP = null,
    string? Color = null,
    ModelRef? Model = null,
    string? Variant = null,
    int? Steps = null);

/// <summary>The known providers, the model each starts with, and those that can be used now.</summary>
public sealed record ProviderList(
    ImmutableArray<ProviderSettings> All, ImmutableDictionary<string, string> Default, ImmutableArray<string> Connected);

/// <summary>A provider without its key.</summary>
public sealed record ProviderSettings(
    string Id,
    string Name,
    string Source,
    ImmutableArray<string> Env,
    ImmutableDictionary<string, JsonElement> Options,
    ImmutableDictionary<string, ModelSettings> Models);

/// <summary>A model with what it can, costs and takes.</summary>
public sealed record ModelSettings(
    string Id,
    [property: JsonPropertyName("providerID")] string ProviderId,
    ModelAddress Api,
    string Name,
    ModelAbilities Capabilities,
    ModelCost Cost,
    ModelLimits Limit,
    string Status,
    ImmutableDictionary<string, JsonElement> Options,
    ImmutableDictionary<string, string> Headers,
    [property: JsonPropertyName("release_date")] string ReleaseDate,
    ImmutableDictionary<string, ImmutableDictionary<string, JsonElement>> Variants);

/// <summary>How the provider calls the model, where it is, and the wire it speaks.</summary>
public sealed record ModelAddress(string Id, string Url, string Npm);

/// <summary>What a model can do.</summary>
public sealed record ModelAbilities(
    bool Temperature, bool Reasoning, bool Attachment, [property: JsonPropertyName("toolcall")] bool ToolCall, ModelMedia Input, ModelMedia Output, bool Interleaved);

/// <summary>The kinds of content that go in or out.</summary>
public sealed record ModelMedia(bool Text, bool Audio, bool Image, bool Video, bool Pdf);

/// <summary>Prices in US dollars for a million tokens.</summary>
public sealed record ModelCost(decimal Input, decimal Output, ModelCacheCost Cache);

/// <summary>Prices of cached tokens.</summary>
public sealed record ModelCacheCost(decimal Read, decimal Write);

/// <summary>How much fits.</summary>
public sealed record ModelLimits(int Context, int Output, int? Input = null);
