using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Providers;

/// <summary>Requests and their replies, as the tests of all wires need them.</summary>
internal static class Conversation
{
    public static Model TestModel { get; } = new("test", "scripted") { Reasoning = true, Images = true, Prices = new Prices(1, 2, 0.1m) };

    public static ImmutableArray<ToolDefinition> Tools { get; } =
        [new("read", "Reads a file.", Json("""{"type":"object","properties":{"filePath":{"type":"string"}},"required":["filePath"]}"""))];

    public static JsonElement Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    public static ModelRequest Request(params MessageWithParts[] messages) => new()
    {
        Model = TestModel,
        System = "You are tested.",
        Messages = messages.Length > 0 ? [.. messages] : [User("Hello")],
        Tools = Tools,
        SessionId = "ses_1",
    };

    public static MessageWithParts User(string text, params Part[] more) => new(
        new UserMessage { Id = "msg_u", SessionId = "ses_1", Time = new(DateTimeOffset.UnixEpoch), Agent = "build", Model = TestModel.Ref },
        [Text(text), .. more]);

    public static MessageWithParts Answer(params Part[] parts) => new(
        new AssistantMessage
        {
            Id = "msg_a", SessionId = "ses_1", Time = new(DateTimeOffset.UnixEpoch), Agent = "build", ParentId = "msg_u",
            ModelId = TestModel.Id, ProviderId = TestModel.ProviderId, Mode = "build", Path = new("/", "/"), Tokens = TokenUsage.None,
        },
        [.. parts]);

    public static TextPart Text(string text) => new(text) { Id = "prt_t", SessionId = "ses_1", MessageId = "msg" };

    public static ReasoningPart Thought(string text, string? metadata = null) =>
        new(text, new PartTime(DateTimeOffset.UnixEpoch), metadata is null ? null : Json(metadata)) { Id = "prt_r", SessionId = "ses_1", MessageId = "msg" };

    public static ToolPart Call(string id, string output, string arguments = """{"filePath":"a"}""") => Call(
        id, new ToolCompleted(Json(arguments), output, "read", EmptyJson.Object, new ToolTime(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch)));

    public static ToolPart Call(string id, ToolState state) => new(id, "read", state) { Id = "prt_c", SessionId = "ses_1", MessageId = "msg" };

    public static FilePart Image() => new("image/png", "data:image/png;base64,AAAA", "a.png") { Id = "prt_f", SessionId = "ses_1", MessageId = "msg" };

    public static IProvider Provider(ModelServer server, string id = "test", TimeProvider? clock = null, ProviderEntry? entry = null) =>
        new ProviderFactory(MiMoCode.Providers.Http.Transport.CreateHandler(), clock ?? TimeProvider.System)
            .Create((entry ?? new ProviderEntry(id)) with { BaseUrl = server.BaseUrl }, new Credential("secret"));

    public static async Task<List<ModelEvent>> AskAsync(IProvider provider, ModelRequest? request = null, CancellationToken cancellationToken = default)
    {
        var events = new List<ModelEvent>();
        await foreach (var told in provider.StreamAsync(request ?? Request(), cancellationToken))
            events.Add(told);
        return events;
    }

    public static async Task<List<ModelEvent>> AskAsync(Reply reply, ModelRequest? request = null, string provider = "test")
    {
        await using var server = await ModelServer.StartAsync(reply);
        return await AskAsync(Provider(server, provider), request);
    }

    public static Finished End(this List<ModelEvent> events) => Assert.IsType<Finished>(events[^1]);

    public static string Said(this List<ModelEvent> events) => string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text));

    public static string Thought(this List<ModelEvent> events) => string.Concat(events.OfType<ReasoningDelta>().Select(delta => delta.Text));

    public static List<ToolCalled> Calls(this List<ModelEvent> events) => [.. events.OfType<ToolCalled>()];
}
