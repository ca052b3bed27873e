using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Requests;

/// <summary>A new session; everything may be left out.</summary>
public sealed record CreateSession(
    [property: JsonPropertyName("parentID")] string? ParentId = null,
    string? Title = null,
    ImmutableArray<PermissionRule>? Permission = null,
    string? Agent = null,
    SessionModel? Model = null,
    JsonElement? Metadata = null);

/// <summary>Changes of a session; what is absent stays.</summary>
public sealed record UpdateSession(
    string? Title = null, ImmutableArray<PermissionRule>? Permission = null, ArchiveSession? Time = null);

/// <summary>When a session was put away; null takes it out again.</summary>
public sealed record ArchiveSession(DateTimeOffset? Archived = null);

/// <summary>Which sessions to list, newest first.</summary>
public sealed record SessionQuery(
    bool? Roots = null, DateTimeOffset? Start = null, string? Search = null, int? Limit = null, bool AllProjects = false);

/// <summary>A page of messages in their order; Before continues towards the beginning and is null at it.</summary>
public sealed record MessagePage(ImmutableArray<MessageWithParts> Messages, string? Before);

/// <summary>A whole session as it is exported and imported.</summary>
public sealed record SessionExport(
    SessionInfo Info, ImmutableArray<MessageWithParts> Messages, ImmutableArray<TaskChange>? Tasks = null);
