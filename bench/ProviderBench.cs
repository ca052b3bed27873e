using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;

namespace MiMoCode.Bench;

/// <summary>What the chat adapter costs by itself: no server and no network, the bytes come from memory.</summary>
internal static class ProviderBench
{
    private const int Fragments = 20_000;
    private const int History = 1_000;
    private const int Steps = 200;

    private static readonly Model Asked = new("bench", "scripted");

    public static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await StreamAsync(cancellationToken);
        await StepAsync(cancellationToken);
        return 0;
    }

    private static async Task StreamAsync(CancellationToken cancellationToken)
    {
        var provider = Provider(Reply(Fragments));
        for (var round = 1; round <= 3; round++)
        {
            var (watch, before, characters) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(precise: true), 0L);
            await foreach (var told in provider.StreamAsync(Request([User(0)]), cancellationToken))
                characters += told is TextDelta delta ? delta.Text.Length : 0;
            var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Console.WriteLine($"stream, round {round}: {Fragments} fragments, {characters} characters, {watch.Elapsed.TotalMilliseconds:0.0} ms, {allocated / 1024} kB allocated");
        }
    }

    private static async Task StepAsync(CancellationToken cancellationToken)
    {
        var counting = new Counting(Reply(3));
        var provider = new ProviderFactory(counting, TimeProvider.System).Create(new ProviderEntry("bench") { BaseUrl = "http://127.0.0.1/v1" }, null);
        var request = Request([.. Enumerable.Range(0, History).Select(at => at % 2 == 0 ? User(at) : Answer(at))]);
        await foreach (var _ in provider.StreamAsync(request, cancellationToken))
        {
        }

        var (watch, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes(precise: true));
        for (var step = 0; step < Steps; step++)
        {
            request = request with { Messages = request.Messages.Add(Answer(History + step)) };
            await foreach (var _ in provider.StreamAsync(request, cancellationToken))
            {
            }
        }

        var allocated = (GC.GetTotalAllocatedBytes(precise: true) - before) / Steps;
        Console.WriteLine($"step: {History} messages, body {counting.Sent / 1024} kB, {watch.Elapsed.TotalMilliseconds / Steps:0.000} ms and {allocated / 1024.0:0.0} kB allocated a step");
    }

    private static IProvider Provider(byte[] reply) =>
        new ProviderFactory(new Counting(reply), TimeProvider.System).Create(new ProviderEntry("bench") { BaseUrl = "http://127.0.0.1/v1" }, null);

    private static byte[] Reply(int fragments)
    {
        var text = new StringBuilder();
        for (var at = 0; at < fragments; at++)
            text.Append("data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1700000000,\"model\":\"scripted\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"logprobs\":null,\"finish_reason\":null}]}\n\n");
        text.Append("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static ModelRequest Request(MessageWithParts[] messages) => new()
    {
        Model = Asked,
        System = new string('s', 20_000),
        Messages = [.. messages],
        Tools = [new ToolDefinition("read", "Reads a file.", EmptyJson.Object)],
        SessionId = "ses_1",
    };

    private static MessageWithParts User(int number) => new(
        new UserMessage { Id = $"msg_{number}", SessionId = "ses_1", Time = new(DateTimeOffset.UnixEpoch), Agent = "build", Model = Asked.Ref },
        [new TextPart($"Prompt {number}") { Id = "prt", SessionId = "ses_1", MessageId = "msg" }]);

    private static MessageWithParts Answer(int number) => new(
        new AssistantMessage
        {
            Id = $"msg_{number}", SessionId = "ses_1", Time = new(DateTimeOffset.UnixEpoch), Agent = "build", ParentId = "msg", ModelId = Asked.Id,
            ProviderId = Asked.ProviderId, Mode = "build", Path = new("/", "/"), Tokens = TokenUsage.None,
        },
        [Call(number)]);

    private static ToolPart Call(int number)
    {
        var done = new ToolCompleted(
            JsonSerializer.SerializeToElement(new { filePath = $"/file{number}" }), new string('x', 1_000), "read", EmptyJson.Object, new ToolTime(DateTimeOffset.UnixEpoch));
        return new ToolPart($"call_{number}", "read", done) { Id = "prt", SessionId = "ses_1", MessageId = "msg" };
    }

    /// <summary>Takes the request to its last byte and answers from memory.</summary>
    private sealed class Counting(byte[] reply) : HttpMessageHandler
    {
        public long Sent { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = request.Content!.Headers.ContentLength ?? 0;
            await request.Content.CopyToAsync(Stream.Null, cancellationToken);
            var content = new StreamContent(new MemoryStream(reply));
            content.Headers.ContentType = new("text/event-stream");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = content };
        }
    }
}
