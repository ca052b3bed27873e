using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Tests.Foundation.Storage;

/// <summary>A database in a folder of its own, opened again as often as a test wants.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mimo-store-");
    private readonly List<Database> opened = [];

    internal string Folder => folder.FullName;

    internal string Path => System.IO.Path.Combine(folder.FullName, "test.db");

    internal static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement.Clone();

    internal async Task<Database> OpenAsync(TimeProvider? clock = null)
    {
        var database = await Database.OpenAsync(Path, clock ?? TimeProvider.System, CancellationToken.None);
        opened.Add(database);
        return database;
    }

    internal async Task<SessionStore> StoreAsync()
    {
        var database = await OpenAsync();
        return new SessionStore(database, new BlobStore(database));
    }

    internal static SessionInfo Session(string id, string? parent = null, string project = "prj", string title = "A title") => new()
    {
        Id = id, Slug = "two-words", ProjectId = project, Directory = "/work", ParentId = parent, Title = title, Version = "1",
        Time = new SessionTime(DateTimeOffset.FromUnixTimeMilliseconds(1), DateTimeOffset.FromUnixTimeMilliseconds(2)),
    };

    internal static UserMessage User(string session, string id) => new()
    {
        Id = id, SessionId = session, Time = new MessageTime(DateTimeOffset.FromUnixTimeMilliseconds(5)), Agent = "build",
        Model = new ModelRef("p", "m"),
    };

    internal static AssistantMessage Reply(string session, string id, string parent) => new()
    {
        Id = id, SessionId = session, Time = new MessageTime(DateTimeOffset.FromUnixTimeMilliseconds(6)), Agent = "build",
        ParentId = parent, ModelId = "m", ProviderId = "p", Mode = "build", Path = new MessagePath("/work", "/work"), Tokens = TokenUsage.None,
    };

    internal static TextPart Said(string session, string message, string id, string text) =>
        new(text) { Id = id, SessionId = session, MessageId = message };

    internal static ToolPart Tool(string session, string message, string id, string output, string tool = "read", string input = "{}") =>
        new("call", tool, new ToolCompleted(Json(input), output, "title", Json("{}"), new ToolTime(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)))
        {
            Id = id, SessionId = session, MessageId = message,
        };

    internal static MessageUpdated Fact(Message message) => new(message) { SessionId = message.SessionId };

    internal static PartUpdated Fact(Part part) => new(part, DateTimeOffset.FromUnixTimeMilliseconds(7)) { SessionId = part.SessionId };

    internal static string Wire(SessionExport export) => JsonSerializer.Serialize(export, ProtocolJson.Default.SessionExport);

    internal static string Wire(ImmutableArray<MessageWithParts> messages) =>
        JsonSerializer.Serialize(messages, ProtocolJson.Default.ImmutableArrayMessageWithParts);

    public async ValueTask DisposeAsync()
    {
        foreach (var database in opened)
            await database.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
