using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Sessions;

/// <summary>
/// A piece of a session's work: T1, or T1.1 as a part of it. Its fields are spelt with underscores on the wire.
/// </summary>
public sealed record AgentTask(
    string Id,
    [property: JsonPropertyName("session_id")] string SessionId,
    TaskState Status,
    string Summary,
    [property: JsonPropertyName("created_at")] DateTimeOffset CreatedAt,
    [property: JsonPropertyName("last_event_at")] DateTimeOffset LastEventAt,
    [property: JsonPropertyName("parent_task_id")] string? ParentId = null,
    string? Owner = null,
    [property: JsonPropertyName("ended_at")] DateTimeOffset? EndedAt = null,
    [property: JsonPropertyName("cleanup_after")] DateTimeOffset? CleanupAfter = null,
    string? Note = null);

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>Nobody works on it yet.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>It is being worked on.</summary>
    [JsonStringEnumMemberName("in_progress")] InProgress,

    /// <summary>It waits for something; its note says for what.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>It is finished.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It was given up.</summary>
    [JsonStringEnumMemberName("abandoned")] Abandoned,
}

/// <summary>What happens to tasks.</summary>
public enum TaskChangeKind
{
    /// <summary>It was made.</summary>
    [JsonStringEnumMemberName("created")] Created,

    /// <summary>Work on it began.</summary>
    [JsonStringEnumMemberName("started")] Started,

    /// <summary>Work on it was put off.</summary>
    [JsonStringEnumMemberName("unstarted")] Unstarted,

    /// <summary>It waits.</summary>
    [JsonStringEnumMemberName("blocked")] Blocked,

    /// <summary>It waits no longer.</summary>
    [JsonStringEnumMemberName("unblocked")] Unblocked,

    /// <summary>It was finished.</summary>
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It was given up.</summary>
    [JsonStringEnumMemberName("abandoned")] Abandoned,

    /// <summary>It says something else now.</summary>
    [JsonStringEnumMemberName("renamed")] Renamed,

    /// <summary>Something was noted about it.</summary>
    [JsonStringEnumMemberName("noted")] Noted,

    /// <summary>A subagent works on it.</summary>
    [JsonStringEnumMemberName("owned")] Owned,

    /// <summary>It is again as it was before what was taken back.</summary>
    [JsonStringEnumMemberName("reverted")] Reverted,
}

/// <summary>
/// One thing that happened to a task. Text is the summary of one that was made or renamed, the owner's session of one that was
/// given away, else a note. After is the message that it came after, where a session is exported.
/// </summary>
public sealed record TaskChange(
    [property: JsonPropertyName("taskID")] string TaskId,
    TaskChangeKind Kind,
    string Text,
    DateTimeOffset Time,
    [property: JsonPropertyName("afterID")] string? After = null);
