using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.TestKit;

/// <summary>Makes the messages, parts and events of a session for tests of doors.</summary>
internal static class Talks
{
    public const string SessionId = "ses_1";

    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static UserMessage User(string id) => new()
    {
        Id = id, SessionId = SessionId, Time = new MessageTime(Start), Agent = "build", Model = QuietClient.Model,
    };

    public static AssistantMessage Reply(string id, StopReason? finish = null, string parent = "msg_1") => new()
    {
        Id = id, SessionId = SessionId, Agent = "build", Mode = "build", ParentId = parent, ProviderId = "test", ModelId = "scripted",
        Path = new MessagePath("/home/ada/engine", "/home/ada/engine"), Finish = finish, Cost = finish is null ? 0 : 0.0123m,
        Time = new MessageTime(Start, finish is null ? null : Start.AddSeconds(3.2)),
        Tokens = finish is null ? TokenUsage.None : new TokenUsage(1200, 300, 0, new CacheTokens(10_000, 0)),
    };

    public static TextPart Text(string message, string id, string text, bool open = false) =>
        new(text, Time: new PartTime(Start, open ? null : Start.AddSeconds(1))) { Id = id, SessionId = SessionId, MessageId = message };

    public static ReasoningPart Thought(string message, string id, string text, bool open = false) =>
        new(text, new PartTime(Start, open ? null : Start.AddSeconds(2))) { Id = id, SessionId = SessionId, MessageId = message };

    public static ToolPart Call(string message, string id, string tool, Details? details, string title = "", string output = "") =>
        new($"call_{id}", tool, new ToolCompleted(Json("{}"), output, title, Details.ToMetadata(details), new ToolTime(Start, Start))) { Id = id, SessionId = SessionId, MessageId = message };

    public static ToolPart Call(string message, string id, string tool, ToolState state) =>
        new($"call_{id}", tool, state) { Id = id, SessionId = SessionId, MessageId = message };

    public static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    public static MessageWithParts Of(Message message, params ImmutableArray<Part> parts) => new(message, parts);

    public static MessageUpdated Told(Message message) => new(message) { SessionId = SessionId };

    public static PartUpdated Told(Part part) => new(part, Start) { SessionId = SessionId };

    public static PartDelta Delta(string message, string part, string text) => new(message, part, "text", text) { SessionId = SessionId };
}
