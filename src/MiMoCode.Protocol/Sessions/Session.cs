using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Protocol.Sessions;

/// <summary>A conversation as clients see it. Its messages are asked for separately.</summary>
public sealed record SessionInfo
{
    /// <summary><c>ses_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Two words that people can remember.</summary>
    public required string Slug { get; init; }

    /// <summary>The project it belongs to.</summary>
    [JsonPropertyName("projectID")] public required string ProjectId { get; init; }

    /// <summary>The folder the agent works in.</summary>
    public required string Directory { get; init; }

    /// <summary>The session that started this one.</summary>
    [JsonPropertyName("parentID")] public string? ParentId { get; init; }

    /// <summary>What people call it.</summary>
    public required string Title { get; init; }

    /// <summary>The program version that created it.</summary>
    public required string Version { get; init; }

    /// <summary>Its times.</summary>
    public required SessionTime Time { get; init; }

    /// <summary>The agent that was used last.</summary>
    public string? Agent { get; init; }

    /// <summary>The model that was used last.</summary>
    public SessionModel? Model { get; init; }

    /// <summary>What was billed so far, in US dollars.</summary>
    public decimal Cost { get; init; }

    /// <summary>Tokens so far.</summary>
    public TokenUsage? Tokens { get; init; }

    /// <summary>How much was changed.</summary>
    public SessionSummary? Summary { get; init; }

    /// <summary>Where it is shared.</summary>
    public SessionShare? Share { get; init; }

    /// <summary>Rules that hold in this session only.</summary>
    public ImmutableArray<PermissionRule>? Permission { get; init; }

    /// <summary>Set while the end of the conversation is taken back.</summary>
    public SessionRevert? Revert { get; init; }

    /// <summary>Whatever a client wants to keep with it.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Times of a session.</summary>
public sealed record SessionTime(
    DateTimeOffset Created, DateTimeOffset Updated, DateTimeOffset? Compacting = null, DateTimeOffset? Archived = null);

/// <summary>A model as the wire of a session spells it.</summary>
public sealed record SessionModel(string Id, [property: JsonPropertyName("providerID")] string ProviderId, string? Variant = null);

/// <summary>How much a session changed.</summary>
public sealed record SessionSummary(int Additions, int Deletions, int Files, ImmutableArray<FileDiff>? Diffs = null);

/// <summary>Where a session is shared.</summary>
public sealed record SessionShare(string Url);

/// <summary>From which message, or part, on the conversation is taken back.</summary>
public sealed record SessionRevert(
    [property: JsonPropertyName("messageID")] string MessageId,
    [property: JsonPropertyName("partID")] string? PartId = null,
    string? Snapshot = null,
    string? Diff = null);

/// <summary>One rule: what may be done (permission), to what (pattern), and how it is decided.</summary>
public sealed record PermissionRule(string Permission, string Pattern, PermissionAction Action);

/// <summary>How a rule decides.</summary>
public enum PermissionAction
{
    /// <summary>It is done.</summary>
    [JsonStringEnumMemberName("allow")] Allow,

    /// <summary>A person is asked.</summary>
    [JsonStringEnumMemberName("ask")] Ask,

    /// <summary>It is refused.</summary>
    [JsonStringEnumMemberName("deny")] Deny,
}

/// <summary>What a session is doing.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(SessionIsIdle), "idle")]
[JsonDerivedType(typeof(SessionIsBusy), "busy")]
[JsonDerivedType(typeof(SessionIsRetrying), "retry")]
public abstract record SessionStatus;

/// <summary>Nothing.</summary>
public sealed record SessionIsIdle : SessionStatus;

/// <summary>Working.</summary>
public sealed record SessionIsBusy(string? Message = null) : SessionStatus;

/// <summary>Waiting to repeat a failed request; Next is when, and at Until, or after AtMost tries, it is given up.</summary>
public sealed record SessionIsRetrying(
    int Attempt, string Message, DateTimeOffset Next, int? AtMost = null, DateTimeOffset? Until = null) : SessionStatus;

/// <summary>An entry of the agent's own list of things to do.</summary>
public sealed record Todo(string Content, string Status, string Priority = "medium");
