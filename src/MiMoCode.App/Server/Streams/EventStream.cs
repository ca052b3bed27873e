using System.Buffers;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>Writes an event in the form of a stream; the event's own JSON is given.</summary>
internal delegate void FrameWriter(IBufferWriter<byte> body, NumberedEvent told, byte[] json);

/// <summary>
/// Everything that happens, to one client: first that it is connected, then each event in order, and a heartbeat so that both sides
/// know the other is there. A client that comes back says where it was and goes on there.
/// </summary>
internal sealed class EventStream(EventFeed feed, FrameWriter frame, TimeProvider clock)
{
    private const int MostUnsent = 16 << 10;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <summary>Runs until the client goes, was too slow, or the token says so; then the last event, if any, is told.</summary>
    public async Task RunAsync(Call call, Event? last, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, ended);
        var writer = new SseWriter(call.Http.Response, clock);
        try
        {
            await CopyAsync(call, writer, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (last is null || call.Cancelled.IsCancellationRequested)
                return;
            Write(call, writer, null, new NumberedEvent(0, last));
            await writer.FlushAsync(call.Cancelled);
        }
    }

    private async Task CopyAsync(Call call, SseWriter writer, CancellationToken cancellationToken)
    {
        // Subscribed before "connected" is told: nothing falls between.
        var after = EventCursor.Parse(call.Http.Request.Headers["Last-Event-ID"].ToString());
        var place = feed.Now;
        if (after is { } cursor && cursor.Database == place.Database && cursor.Number < place.Number)
            place = cursor;
        await using var events = new Ahead(feed.ReadAsync(after, cancellationToken), cancellationToken);
        using var timer = new PeriodicTimer(Heartbeat, clock);
        var beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();

        await writer.StartAsync(cancellationToken);
        Write(new NumberedEvent(place.Number, new ServerConnected()));
        while (true)
        {
            if ((!events.IsReady || writer.Unsent > MostUnsent) && !await writer.FlushAsync(cancellationToken))
                return;
            if (!events.IsReady)
                await Task.WhenAny(events.Next, beat);
            if (!events.IsReady)
            {
                await beat;
                beat = timer.WaitForNextTickAsync(cancellationToken).AsTask();
                Write(new NumberedEvent(place.Number, new ServerHeartbeat()));
            }
            else if (await events.Next)
            {
                Write(events.Take());
            }
            else
            {
                return;
            }
        }

        void Write(NumberedEvent told)
        {
            // A delta told before any fact of this process knows no number yet: it does not move the place.
            place = place with { Number = Math.Max(place.Number, told.Number) };
            if (told.Event is not WindowOpened)
                this.Write(call, writer, place, told);
        }
    }

    private void Write(Call call, SseWriter writer, EventCursor? place, NumberedEvent told)
    {
        frame(writer.Begin(place), told, call.Told.Of(told.Event));
        writer.End();
    }

    /// <summary>A stream that is asked for its next element while something else is waited for as well.</summary>
    private sealed class Ahead : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop;
        private readonly IAsyncEnumerator<NumberedEvent> events;

        public Ahead(IAsyncEnumerable<NumberedEvent> stream, CancellationToken cancellationToken)
        {
            stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            events = stream.GetAsyncEnumerator(stop.Token);
            Next = events.MoveNextAsync().AsTask();
        }

        /// <summary>True when there is a next element, false at the end.</summary>
        public Task<bool> Next { get; private set; }

        public bool IsReady => Next.IsCompleted;

        public NumberedEvent Take()
        {
            var taken = events.Current;
            Next = events.MoveNextAsync().AsTask();
            return taken;
        }

        public async ValueTask DisposeAsync()
        {
            // An enumerator may not be disposed while it is asked.
            await stop.CancelAsync();
            await ((Task)Next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync();
            stop.Dispose();
        }
    }
}
