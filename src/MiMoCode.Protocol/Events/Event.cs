using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Events;

/// <summary>
/// Everything that happens. An <see cref="IFact"/> is stored before it is told and never dropped;
/// all others are deltas and statuses, which may be merged or lost.
/// </summary>
[JsonConverter(typeof(EventConverter))]
public abstract record Event
{
    /// <summary>The wire name of the kind.</summary>
    [JsonIgnore] public virtual string Type => EventConverter.Events.NameOf(GetType());
}

/// <summary>Marks an event that is stored: whoever missed it can read what it said.</summary>
public interface IFact;

/// <summary>An event of one session.</summary>
public abstract record SessionEvent : Event
{
    /// <summary>The session it happened in.</summary>
    [JsonPropertyName("sessionID")] public required string SessionId { get; init; }
}

/// <summary>An event of a later version: passed on unchanged.</summary>
public sealed record UnknownEvent(JsonElement Json) : Event
{
    /// <inheritdoc />
    public override string Type => Json.TryGetProperty("type", out var type) ? type.ToString() : "unknown";
}

/// <summary>A client is connected to the stream; what happens from now on reaches it.</summary>
public sealed record ServerConnected : Event;

/// <summary>Nothing happened for a while and the stream is alive.</summary>
public sealed record ServerHeartbeat : Event;

/// <summary>A workspace was closed: clients read everything anew.</summary>
public sealed record InstanceDisposed(string Directory) : Event;

/// <summary>A session exists.</summary>
public sealed record SessionCreated(SessionInfo Info) : SessionEvent, IFact;

/// <summary>Something about a session changed.</summary>
public sealed record SessionUpdated(SessionInfo Info) : SessionEvent, IFact;

/// <summary>A session is gone, with everything in it.</summary>
public sealed record SessionDeleted(SessionInfo Info) : SessionEvent, IFact;

/// <summary>A session began or ceased to work.</summary>
public sealed record SessionStatusChanged(SessionStatus Status) : SessionEvent;

/// <summary>The agent has nothing more to do. Reason and text are ours; older clients ignore them.</summary>
public sealed record SessionIdle(StopReason? Reason = null, string? Text = null) : SessionEvent;

/// <summary>A session, or something outside any session, failed.</summary>
public sealed record SessionError(
    [property: JsonPropertyName("sessionID")] string? SessionId, MessageError? Error) : Event;

/// <summary>Something that people should know while the session works on, such as a budget that is nearly used up.</summary>
public sealed record SessionWarning(string Text) : SessionEvent;

/// <summary>What the session changed in the work tree.</summary>
public sealed record SessionDiff(ImmutableArray<FileDiff> Diff) : SessionEvent;

/// <summary>The conversation so far was replaced by a shorter account.</summary>
public sealed record SessionCompacted : SessionEvent;

/// <summary>
/// The window was full, or a person wanted a new one: the model goes on from what was kept, in the head message. Tokens are estimates;
/// checkpoint is the version it was built from, summary that it was built from one.
/// </summary>
public sealed record WindowRebuilt(
    [property: JsonPropertyName("headID")] string HeadId, long? Checkpoint, bool Summary, long TokensBefore, long TokensAfter) : SessionEvent;

/// <summary>A checkpoint was written. Not written by a model: the program put it together by itself.</summary>
public sealed record CheckpointWritten(long Version, bool ByModel, int Lines) : SessionEvent;

/// <summary>A memory file was written, and by whom.</summary>
public sealed record MemoryUpdated(string Path, MemoryLayer Layer, string Author) : Event;

/// <summary>A message is new or changed.</summary>
public sealed record MessageUpdated(Message Info) : SessionEvent, IFact;

/// <summary>A message is gone.</summary>
public sealed record MessageRemoved([property: JsonPropertyName("messageID")] string MessageId) : SessionEvent, IFact;

/// <summary>A part is new or changed.</summary>
public sealed record PartUpdated(Part Part, DateTimeOffset Time) : SessionEvent, IFact;

/// <summary>A part grows; what is told here comes again, whole, when the part is stored.</summary>
public sealed record PartDelta(
    [property: JsonPropertyName("messageID")] string MessageId,
    [property: JsonPropertyName("partID")] string PartId,
    string Field,
    string Delta) : SessionEvent;

/// <summary>A part is gone.</summary>
public sealed record PartRemoved(
    [property: JsonPropertyName("messageID")] string MessageId,
    [property: JsonPropertyName("partID")] string PartId) : SessionEvent, IFact;

/// <summary>
/// A window begins. Every request until the next one is: the system text, the head message (where a rebuild made one), then the
/// stored messages from the start message on. Key names the kind of head, so that another kind of agent opens its own window.
/// </summary>
public sealed record WindowOpened(
    string System,
    ImmutableArray<ToolDefinition> Tools,
    string Key,
    [property: JsonPropertyName("startID")] string? StartId = null,
    [property: JsonPropertyName("headID")] string? HeadId = null) : SessionEvent, IFact;

/// <summary>A person is asked for permission. The properties are the request itself.</summary>
public sealed record PermissionAsked(PermissionRequest Request) : Event;

/// <summary>A permission request was answered or withdrawn.</summary>
public sealed record PermissionReplied(
    [property: JsonPropertyName("requestID")] string RequestId, PermissionReply Reply) : SessionEvent;

/// <summary>The agent asks a person. The properties are the request itself.</summary>
public sealed record QuestionAsked(QuestionRequest Request) : Event;

/// <summary>A question was answered: the chosen labels, question by question.</summary>
public sealed record QuestionReplied(
    [property: JsonPropertyName("requestID")] string RequestId, ImmutableArray<ImmutableArray<string>> Answers) : SessionEvent;

/// <summary>A question was refused or withdrawn.</summary>
public sealed record QuestionRejected([property: JsonPropertyName("requestID")] string RequestId) : SessionEvent;

/// <summary>The agent's list of things to do changed.</summary>
public sealed record TodoUpdated(ImmutableArray<Todo> Todos) : SessionEvent, IFact;

/// <summary>The agent has a new task.</summary>
public sealed record TaskCreated(AgentTask Task) : SessionEvent, IFact;

/// <summary>Something happened to a task; Text is what was noted with it.</summary>
public sealed record TaskUpdated(AgentTask Task, TaskChangeKind Kind, string? Text = null) : SessionEvent, IFact;

/// <summary>A task is gone: what made it was taken back.</summary>
public sealed record TaskRemoved([property: JsonPropertyName("taskID")] string TaskId) : SessionEvent, IFact;

/// <summary>A tool changed a file.</summary>
public sealed record FileEdited(string File) : Event;

/// <summary>A slash command was carried out.</summary>
public sealed record CommandExecuted(
    string Name, string Arguments, [property: JsonPropertyName("messageID")] string MessageId) : SessionEvent;

/// <summary>A terminal was opened.</summary>
public sealed record PtyCreated(Pty Info) : Event;

/// <summary>A terminal has another title or size.</summary>
public sealed record PtyUpdated(Pty Info) : Event;

/// <summary>The program of a terminal has ended.</summary>
public sealed record PtyExited(string Id, int ExitCode) : Event;

/// <summary>A terminal was closed and is forgotten.</summary>
public sealed record PtyDeleted(string Id) : Event;
