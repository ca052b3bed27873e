using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Tests.Protocol;

/// <summary>One of each: what the wire can hold, for round trips and for the document of events.</summary>
internal static class Samples
{
    private const string Session = "ses_1";
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly DateTimeOffset End = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_001_000);
    private static readonly TokenUsage Tokens = new(10, 20, 5, new CacheTokens(3, 4), 37);
    private static readonly Pty Terminal = new("pty_1", "bash", "/bin/bash", ["-l"], "/project", PtyStatus.Running, 4711);
    private static readonly ModelRef Model = new("openai", "gpt", "high");

    public static IEnumerable<Part> Parts =>
    [
        new TextPart("Hello.", true, false, new PartTime(Start, End), Json("""{"a":1}""")) { Id = "prt_1", SessionId = Session, MessageId = "msg_1" },
        new ReasoningPart("Because.", new PartTime(Start), Json("""{"signature":"x"}""")) { Id = "prt_2", SessionId = Session, MessageId = "msg_1" },
        new FilePart("image/png", "file:///a.png", "a.png", Json("""{"type":"file"}""")) { Id = "prt_3", SessionId = Session, MessageId = "msg_1" },
        .. States.Select((state, index) => new ToolPart("call_1", "bash", state) { Id = $"prt_4{index}", SessionId = Session, MessageId = "msg_1" }),
        new StepStartPart("tree") { Id = "prt_5", SessionId = Session, MessageId = "msg_1" },
        new StepFinishPart(StopReason.ToolCalls, 0.25m, Tokens, "tree") { Id = "prt_6", SessionId = Session, MessageId = "msg_1" },
        new SnapshotPart("tree") { Id = "prt_7", SessionId = Session, MessageId = "msg_1" },
        new PatchPart("hash", ["a.cs", "b.cs"]) { Id = "prt_8", SessionId = Session, MessageId = "msg_1" },
        new AgentPart("explore", Json("""{"value":"@explore","start":0,"end":8}""")) { Id = "prt_9", SessionId = Session, MessageId = "msg_1" },
        new SubtaskPart("Look.", "a look", "explore", Model, "review") { Id = "prt_10", SessionId = Session, MessageId = "msg_1" },
        new RetryPart(2, MessageError.Of(MessageError.Api, "Busy."), new MessageTime(Start)) { Id = "prt_11", SessionId = Session, MessageId = "msg_1" },
        new CompactionPart(true, false, "msg_0") { Id = "prt_12", SessionId = Session, MessageId = "msg_1" },
        new CheckpointPart("dir", 3, "msg_0") { Id = "prt_13", SessionId = Session, MessageId = "msg_1" },
    ];

    public static IEnumerable<Message> Messages =>
    [
        new UserMessage
        {
            Id = "msg_1", SessionId = Session, Time = new MessageTime(Start), Agent = "build", Model = Model,
            Format = new JsonSchemaFormat(Json("""{"type":"object"}"""), 2), System = "Be brief.",
            Summary = new TurnSummary([new FileDiff("a.cs", "@@", 1, 2, FileChange.Modified)], "A title", "A body"),
            Tools = ImmutableDictionary<string, bool>.Empty.Add("bash", false),
        },
        new AssistantMessage
        {
            Id = "msg_2", SessionId = Session, Time = new MessageTime(Start, End), Agent = "build", Mode = "build", ParentId = "msg_1",
            ModelId = "gpt", ProviderId = "openai", Path = new MessagePath("/project", "/project"), Tokens = Tokens, Cost = 0.5m,
            Finish = StopReason.Done, Error = new MessageError(MessageError.Api, new MessageErrorDetails("Busy.", 529, true)),
            Summary = true, Structured = Json("""{"answer":42}"""), Variant = "high",
        },
    ];

    public static IEnumerable<Event> Events =>
    [
        new ServerConnected(),
        new ServerHeartbeat(),
        new InstanceDisposed("/project"),
        new SessionCreated(Info) { SessionId = Session },
        new SessionUpdated(Info) { SessionId = Session },
        new SessionDeleted(Info) { SessionId = Session },
        new SessionStatusChanged(new SessionIsRetrying(2, "Busy.", End, 14, End)) { SessionId = Session },
        new SessionIdle(StopReason.Budget, "Spent.") { SessionId = Session },
        new SessionError(Session, MessageError.Of(MessageError.Unknown, "Oh.")),
        new SessionWarning("Of the turn's budget 0.41 of 0.50 dollars are used.") { SessionId = Session },
        new SessionDiff([new FileDiff("a.cs", "@@", 1, 0)]) { SessionId = Session },
        new SessionCompacted { SessionId = Session },
        new WindowRebuilt("msg_9", 3, false, 98_000, 31_000) { SessionId = Session },
        new CheckpointWritten(3, true, 84) { SessionId = Session },
        new MemoryUpdated("/data/memory/projects/p/MEMORY.md", MemoryLayer.Project, "checkpoint-writer"),
        new WindowOpened("You are …", [new ToolDefinition("read", "Reads.", Json("{}"))], "main", "msg_1", "msg_9") { SessionId = Session },
        new MessageUpdated(Messages.First()) { SessionId = Session },
        new MessageRemoved("msg_1") { SessionId = Session },
        new PartUpdated(Parts.First(), End) { SessionId = Session },
        new PartDelta("msg_1", "prt_1", "text", "Hel") { SessionId = Session },
        new PartRemoved("msg_1", "prt_1") { SessionId = Session },
        new PermissionAsked(new PermissionRequest(
            "per_1", Session, "bash", ["rm -r x"], Json("""{"command":"rm -r x"}"""), ["rm *"], new AskedBy("msg_1", "call_1"))),
        new PermissionReplied("per_1", PermissionReply.Always) { SessionId = Session },
        new QuestionAsked(new QuestionRequest(
            "que_1", Session, [new Question("Which?", "Choice", [new QuestionOption("A", "The first.")], false, true)], new AskedBy("msg_1", "call_1"))),
        new QuestionReplied("que_1", [["A"]]) { SessionId = Session },
        new QuestionRejected("que_1") { SessionId = Session },
        new TodoUpdated([new Todo("Test it.", "pending", "high")]) { SessionId = Session },
        new TaskCreated(new AgentTask("T1", Session, TaskState.Open, "Test it.", Start, Start)) { SessionId = Session },
        new TaskUpdated(new AgentTask("T1.1", Session, TaskState.Blocked, "Run it.", Start, End, "T1", "ses_2", Note: "No key."), TaskChangeKind.Blocked, "No key.") { SessionId = Session },
        new TaskRemoved("T1") { SessionId = Session },
        new FileEdited("/project/a.cs"),
        new CommandExecuted("init", "now", "msg_1") { SessionId = Session },
        new PtyCreated(Terminal),
        new PtyUpdated(Terminal),
        new PtyExited("pty_1", 0),
        new PtyDeleted("pty_1"),
    ];

    private static SessionInfo Info => new()
    {
        Id = Session, Slug = "calm-otter", ProjectId = "prj", Directory = "/project", ParentId = "ses_0", Title = "A title", Version = "0.1.0",
        Time = new SessionTime(Start, End, null, End), Agent = "build", Model = new SessionModel("gpt", "openai"), Cost = 1.5m, Tokens = Tokens,
        Summary = new SessionSummary(1, 2, 3), Share = new SessionShare("https://example.org/s"),
        Permission = [new PermissionRule("bash", "rm *", PermissionAction.Deny)], Revert = new SessionRevert("msg_1"),
        Metadata = Json("""{"k":"v"}"""),
    };

    private static IEnumerable<ToolState> States =>
    [
        new ToolPending(Json("{}"), "{\"comm"),
        new ToolRunning(Json("""{"command":"ls"}"""), new ToolTime(Start), "ls", Json("{}")),
        new ToolCompleted(Json("""{"command":"ls"}"""), "a\nb", "ls", Json("{}"), new ToolTime(Start, End)),
        new ToolFailed(Json("""{"command":"ls"}"""), "No.", new ToolTime(Start, End)),
    ];

    private static JsonElement Json(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
