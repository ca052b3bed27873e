using System.Net.Http.Headers;
using System.Threading.Channels;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Features.Telemetry;

/// <summary>
/// Sends spans to a collector. Whatever happens there holds up nothing here: the queue is bounded and drops what is too much, a batch
/// that is not taken is given up, and at the end of the program there are two seconds for what is left.
/// </summary>
internal sealed class OtlpExport : IEventSink, IAsyncDisposable
{
    private const int MostQueued = 2048, MostAtOnce = 512;
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(1), LastWords = TimeSpan.FromSeconds(2);

    private readonly OtlpTarget target;
    private readonly Action<string> warn;
    private readonly TimeProvider clock;
    private readonly SpanSink sink;
    private readonly HttpClient http;
    private readonly CancellationTokenSource ending = new(), over = new();
    private readonly Channel<Span> queue = Channel.CreateBounded<Span>(new BoundedChannelOptions(MostQueued) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task sending;
    private bool warned;

    private OtlpExport(OtlpTarget target, Func<string, SessionInfo?> find, Action<string> warn, TimeProvider clock)
    {
        (this.target, this.warn, this.clock) = (target, warn, clock);
        sink = new SpanSink(span => queue.Writer.TryWrite(span), find, clock);
        http = new HttpClient { Timeout = target.Timeout };
        sending = SendAsync();
    }

    /// <summary>Null, and nothing is made, unless the environment names a collector.</summary>
    public static OtlpExport? Of(EnvironmentVariables environment, string version, Func<string, SessionInfo?> find, Action<string> warn, TimeProvider clock) =>
        OtlpTarget.Of(environment, version, warn) is { } target ? new OtlpExport(target, find, warn, clock) : null;

    public void Publish(Event told) => sink.Publish(told);

    public async ValueTask DisposeAsync()
    {
        sink.Finish();
        queue.Writer.TryComplete();
        await ending.CancelAsync();
        over.CancelAfter(LastWords);
        await sending;
        http.Dispose();
        ending.Dispose();
        over.Dispose();
    }

    private async Task SendAsync()
    {
        var batch = new List<Span>();
        while (await queue.Reader.WaitToReadAsync())
        {
            await GatherAsync();
            while (batch.Count < MostAtOnce && queue.Reader.TryRead(out var span))
                batch.Add(span);
            await PostAsync(OtlpJson.Write(target.Resource, batch));
            batch.Clear();
        }
    }

    /// <summary>A while in which more may come; none at the end.</summary>
    private async Task GatherAsync()
    {
        try
        {
            await Task.Delay(Gather, clock, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // What is there goes now.
        }
    }

    private async Task PostAsync(byte[] body)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in target.Headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, over.Token);
            if (!response.IsSuccessStatusCode)
                Warn($"answers {(int)response.StatusCode}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or IOException)
        {
            Warn("cannot be reached");
        }
    }

    // Once: a collector that is down would fill the log. Its address may hold a secret and is not told.
    private void Warn(string what)
    {
        if (!warned)
            warn($"telemetry: {target.Url.Host} {what}; what it does not take is dropped.");
        warned = true;
    }
}
