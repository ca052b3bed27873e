using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Sse;

namespace MiMoCode.Providers.Http;

/// <summary>
/// One request and its reply. Whatever goes wrong becomes its end; only the caller's cancellation throws. A clock runs from the first
/// byte sent and starts anew with every word that means something, so that comments cannot keep a dead stream alive.
/// </summary>
internal sealed class Exchange : IDisposable
{
    // How long the counts may take after the reason to stop has come.
    private static readonly TimeSpan AfterTheEnd = TimeSpan.FromSeconds(5);

    private readonly Endpoint endpoint;
    private readonly IWire wire;
    private readonly ModelRequest request;
    private readonly HttpMessageInvoker http;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenSource silence;
    private readonly CancellationTokenSource limit;
    private readonly CancellationTokenSource stop;
    private readonly IReplyReader reader;
    private HttpResponseMessage? response;
    private SseReader? frames;
    private ReplyEnd? end;

    public Exchange(
        Endpoint endpoint, IWire wire, ModelRequest request, HttpMessageInvoker http, TimeProvider clock, CancellationToken cancellationToken)
    {
        (this.endpoint, this.wire, this.request, this.http) = (endpoint, wire, request, http);
        this.cancellationToken = cancellationToken;
        silence = new CancellationTokenSource(endpoint.Silence ?? Timeout.InfiniteTimeSpan, clock);
        limit = new CancellationTokenSource(endpoint.Limit ?? Timeout.InfiniteTimeSpan, clock);
        stop = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, limit.Token, cancellationToken);
        reader = wire.Read(request);
    }

    /// <summary>What has come and was not yet handed on.</summary>
    public ReplyEvents Events { get; } = new();

    /// <summary>How it ended; read it after <see cref="AdvanceAsync"/> said false.</summary>
    public ReplyEnd End => end is { Failure: { } failure } ? end with { Failure = endpoint.Hide(failure) } : end ?? ReplyEnd.CutOff;

    /// <summary>What was counted, also when the reply broke off.</summary>
    public TokenUsage Usage => reader.Usage;

    /// <summary>Waits until something has come. False at the end.</summary>
    public async ValueTask<bool> AdvanceAsync()
    {
        if (end is not null)
            return false;
        try
        {
            if (response is null)
                await SendAsync().ConfigureAwait(false);
            else
                await ReadAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            end = Failed(FailureKind.Stream, $"{endpoint.ProviderId} took longer than the {endpoint.Limit} that provider.{endpoint.ProviderId}.options.timeout allows.");
        }
        catch (Exception exception) when (ConnectionFailures.Classify(exception, endpoint, silence.IsCancellationRequested) is { } failure)
        {
            end = reader.IsFinished ? reader.End(Events) : new ReplyEnd(StopReason.Failed, failure);
        }

        return end is null;
    }

    public void Dispose()
    {
        response?.Dispose();
        stop.Dispose();
        limit.Dispose();
        silence.Dispose();
    }

    private async ValueTask SendAsync()
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.At(wire.Path)) { Content = wire.Write(request) };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(endpoint.Streams ? "text/event-stream" : "application/json"));
        message.Headers.TryAddWithoutValidation("User-Agent", "mimocode");
        wire.Prepare(message, endpoint.Key is { Length: > 0 } key ? key : null, request);
        if (endpoint is { IsBearer: true, Key: { } token })
        {
            message.Headers.Remove("x-api-key");
            message.Headers.Remove("Authorization");
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        foreach (var (name, value) in endpoint.Headers.Concat(request.Model.Headers))
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        response = await http.SendAsync(message, stop.Token).ConfigureAwait(false);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode is not HttpStatusCode.OK)
            end = await RefusalAsync().ConfigureAwait(false);
        else if (type is "text/event-stream" or null)
            frames = new SseReader(await response.Content.ReadAsStreamAsync(stop.Token).ConfigureAwait(false));
        else
            await ReadWholeAsync(type).ConfigureAwait(false);
    }

    private async ValueTask ReadAsync()
    {
        while (!TakeFrames() && !reader.IsComplete)
        {
            if (!await frames!.FillAsync(stop.Token).ConfigureAwait(false))
            {
                end = frames.BytesRead == 0
                    ? Failed(FailureKind.Stream, $"{endpoint.ProviderId} sent an empty answer.")
                    : reader.End(Events);
                return;
            }
        }

        if (reader.IsComplete)
            end = reader.End(Events);
    }

    /// <summary>True when a frame that meant something was among those that have arrived.</summary>
    private bool TakeFrames()
    {
        var meant = false;
        while (!reader.IsComplete && frames!.TryRead(out var frame))
            meant |= reader.ReadFrame(frame, Events);
        if (reader.IsFinished)
            silence.CancelAfter(AfterTheEnd);
        else if (meant && endpoint.Silence is { } limit)
            silence.CancelAfter(limit);
        return meant;
    }

    /// <summary>Asked for a stream, some servers answer in one piece; some proxies answer with a page of their own.</summary>
    private async ValueTask ReadWholeAsync(string type)
    {
        var body = await response!.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
        if (body.Length == 0)
        {
            end = Failed(FailureKind.Stream, $"{endpoint.ProviderId} sent an empty answer.");
            return;
        }

        if (!type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            end = new ReplyEnd(StopReason.Failed, Refusals.NotAModel(endpoint, response, type, body));
            return;
        }

        using var json = JsonDocument.Parse(body);
        reader.ReadWhole(json.RootElement, Events);
        end = reader.End(Events);
    }

    private async ValueTask<ReplyEnd> RefusalAsync()
    {
        var body = await response!.Content.ReadAsByteArrayAsync(stop.Token).ConfigureAwait(false);
        var failure = Refusals.Classify(endpoint, response, body);
        return new ReplyEnd(Refusals.ReasonOf(failure.Kind), failure);
    }

    private static ReplyEnd Failed(FailureKind kind, string message) => new(StopReason.Failed, new ProviderFailure(kind, message));
}
