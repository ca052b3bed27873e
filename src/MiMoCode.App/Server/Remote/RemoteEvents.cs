using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Remote;

/// <summary>
/// One connection to the server's stream, shared by all who listen here; so a subscription stands at once. When it breaks it is
/// made again where it broke, and nothing is lost.
/// </summary>
internal sealed class RemoteEvents : IAsyncDisposable
{
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250), LongestWait = TimeSpan.FromSeconds(10);
    private readonly RemoteCalls calls;
    private readonly TimeProvider clock;
    private readonly EventBus bus = new();
    private readonly CancellationTokenSource ended = new();
    private Task pump = Task.CompletedTask;
    private string? place;

    private RemoteEvents(RemoteCalls calls, TimeProvider clock) => (this.calls, this.clock) = (calls, clock);

    /// <summary>Connected when this returns.</summary>
    /// <exception cref="UserException">The server cannot be reached, or refuses.</exception>
    public static async Task<RemoteEvents> ConnectAsync(RemoteCalls calls, TimeProvider clock, CancellationToken cancellationToken)
    {
        var events = new RemoteEvents(calls, clock);
        var response = await calls.OpenAsync(HttpMethod.Get, "event", null, null, cancellationToken);
        events.pump = events.PumpAsync(response);
        return events;
    }

    public IAsyncEnumerable<NumberedEvent> ReadAsync(CancellationToken cancellationToken) => bus.SubscribeAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await pump;
        ended.Dispose();
    }

    private async Task PumpAsync(HttpResponseMessage? response)
    {
        var wait = ShortestWait;
        while (!ended.IsCancellationRequested)
        {
            try
            {
                response ??= await calls.OpenAsync(HttpMethod.Get, "event", null, place, ended.Token);
                if (await CopyAsync(response))
                    wait = ShortestWait;
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException or UserException or OperationCanceledException)
            {
                // The stream broke or the server is away; it is made again below.
            }
            finally
            {
                response?.Dispose();
                response = null;
            }

            await Task.Delay(wait, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <summary>Tells what comes until the stream ends; true when anything came.</summary>
    private async Task<bool> CopyAsync(HttpResponseMessage response)
    {
        var came = false;
        await using var body = await response.Content.ReadAsStreamAsync(ended.Token);
        await foreach (var item in SseParser.Create(body, static (_, data) => data.ToArray()).EnumerateAsync(ended.Token))
        {
            came = true;
            place = item.EventId is { Length: > 0 } id ? id : place;
            if (Read(item.Data) is { } told and not (ServerConnected or ServerHeartbeat))
                bus.Publish(EventCursor.Parse(place)?.Number ?? 0, told);
        }

        return came;
    }

    private static Event? Read(byte[] data)
    {
        try
        {
            return JsonSerializer.Deserialize(data, ProtocolJson.Default.Event);
        }
        catch (JsonException)
        {
            // A newer server says what this program does not know.
            return null;
        }
    }
}
