using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Messages;

/// <summary>A piece of a message. The family is closed; what another version wrote is kept as <see cref="UnknownPart"/>.</summary>
[JsonConverter(typeof(PartConverter))]
public abstract record Part
{
    /// <summary>The wire name of the kind.</summary>
    [JsonPropertyOrder(-1)] public virtual string Type => PartConverter.Parts.NameOf(GetType());

    /// <summary><c>prt_…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The session it belongs to.</summary>
    [JsonPropertyName("sessionID")] public required string SessionId { get; init; }

    /// <summary>The message it belongs to.</summary>
    [JsonPropertyName("messageID")] public required string MessageId { get; init; }
}

/// <summary>Text; synthetic when no person and no model wrote it, ignored when the model is not to see it.</summary>
public sealed record TextPart(
    string Text, bool? Synthetic = null, bool? Ignored = null, PartTime? Time = null, JsonElement? Metadata = null) : Part;

/// <summary>What the model thought. Metadata keeps what its provider wants back, such as a signature.</summary>
public sealed record ReasoningPart(string Text, PartTime Time, JsonElement? Metadata = null) : Part;

/// <summary>A file that goes with a message: data, a file or a web address.</summary>
public sealed record FilePart(string Mime, string Url, string? Filename = null, JsonElement? Source = null) : Part;

/// <summary>A tool call and, in its state, everything that became of it.</summary>
public sealed record ToolPart(
    [property: JsonPropertyName("callID")] string CallId, string Tool, ToolState State, JsonElement? Metadata = null) : Part;

/// <summary>A model request begins.</summary>
public sealed record StepStartPart(string? Snapshot = null) : Part;

/// <summary>A model request ended: why, and what it cost.</summary>
public sealed record StepFinishPart(StopReason Reason, decimal Cost, TokenUsage Tokens, string? Snapshot = null) : Part;

/// <summary>The state of the work tree at this point.</summary>
public sealed record SnapshotPart(string Snapshot) : Part;

/// <summary>The files that a step changed.</summary>
public sealed record PatchPart(string Hash, ImmutableArray<string> Files) : Part;

/// <summary>An agent that a person mentioned.</summary>
public sealed record AgentPart(string Name, JsonElement? Source = null) : Part;

/// <summary>Work to be given to a subagent.</summary>
public sealed record SubtaskPart(
    string Prompt, string Description, string Agent, ModelRef? Model = null, string? Command = null) : Part;

/// <summary>An attempt that failed and was repeated.</summary>
public sealed record RetryPart(int Attempt, MessageError Error, MessageTime Time) : Part;

/// <summary>The conversation before this point was summarised.</summary>
public sealed record CompactionPart(
    bool Auto, bool? Overflow = null, [property: JsonPropertyName("tail_start_id")] string? TailStartId = null) : Part;

/// <summary>The window was rebuilt from a checkpoint: which one, and up to which message it speaks.</summary>
public sealed record CheckpointPart(string CheckpointDir, int CheckpointNumber, string CoveredUpTo) : Part;

/// <summary>A part of a later version: read, kept and written back unchanged, never interpreted.</summary>
public sealed record UnknownPart(JsonElement Json) : Part
{
    /// <inheritdoc />
    public override string Type => Json.TryGetProperty("type", out var type) ? type.ToString() : "unknown";
}

/// <summary>When a part began and ended.</summary>
public sealed record PartTime(DateTimeOffset Start, DateTimeOffset? End = null);

/// <summary>The life of a tool call: pending → running → completed | error. The last two are final.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "status")]
[JsonDerivedType(typeof(ToolPending), "pending")]
[JsonDerivedType(typeof(ToolRunning), "running")]
[JsonDerivedType(typeof(ToolCompleted), "completed")]
[JsonDerivedType(typeof(ToolFailed), "error")]
public abstract record ToolState(JsonElement Input)
{
    /// <summary>True when nothing more will become of the call.</summary>
    [JsonIgnore] public bool IsFinal => this is ToolCompleted or ToolFailed;
}

/// <summary>The call has come in; Raw holds the arguments as sent while they are incomplete or are not JSON.</summary>
public sealed record ToolPending(JsonElement Input, string Raw = "") : ToolState(Input);

/// <summary>The call runs.</summary>
public sealed record ToolRunning(JsonElement Input, ToolTime Time, string? Title = null, JsonElement? Metadata = null) : ToolState(Input);

/// <summary>The call did what it should.</summary>
public sealed record ToolCompleted(
    JsonElement Input, string Output, string Title, JsonElement Metadata, ToolTime Time,
    ImmutableArray<FilePart>? Attachments = null) : ToolState(Input);

/// <summary>The call was refused, failed or stopped; the text tells the model what happened and what to do.</summary>
public sealed record ToolFailed(JsonElement Input, string Error, ToolTime Time, JsonElement? Metadata = null) : ToolState(Input);

/// <summary>When a call started and ended; compacted when its output was cleared from the window.</summary>
public sealed record ToolTime(DateTimeOffset Start, DateTimeOffset? End = null, DateTimeOffset? Compacted = null);

/// <summary>A message with its parts: the wire's <c>{info, parts}</c>, and an entry of a session's history.</summary>
public sealed record MessageWithParts(Message Info, ImmutableArray<Part> Parts);
