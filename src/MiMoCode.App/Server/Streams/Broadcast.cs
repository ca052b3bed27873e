using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>
/// A stream of events for everybody who follows it: each event is heard, and written as JSON, once, and its bytes are kept until the
/// slowest follower has them. So hundreds of clients cost little more than one, and none that lags costs the others anything.
/// </summary>
internal sealed class Broadcast : IAsyncDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly List<Follower> followers = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task passing;
    private EventCursor place;
    private Piece newest;
    private bool over;

    /// <summary>Hears from now on.</summary>
    public Broadcast(EventFeed feed, FrameWriter frames, TimeProvider clock)
    {
        this.clock = clock;
        var events = new Ahead(feed.ReadAsync(stop.Token), stop.Token);
        place = feed.Now;
        newest = new Piece([], place.Number, false, 0);
        passing = PassAsync(events, frames);
    }

    /// <summary>Follows what is told from now on; null when the broadcast is over.</summary>
    /// <param name="abort">Cuts the follower off.</param>
    public Follower? Follow(Action abort)
    {
        lock (gate)
        {
            if (over)
                return null;
            var follower = new Follower(newest, abort);
            followers.Add(follower);
            return follower;
        }
    }

    /// <summary>Forgets a follower, and says how many are left.</summary>
    public int Leave(Follower follower)
    {
        lock (gate)
        {
            followers.Remove(follower);
            return followers.Count;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await passing;
        stop.Dispose();
    }

    private async Task PassAsync(Ahead source, FrameWriter frames)
    {
        try
        {
            await using var events = source;
            using var timer = new PeriodicTimer(Heartbeat, clock);
            var batch = new Batch(frames);
            for (var beat = timer.WaitForNextTickAsync(stop.Token).AsTask(); ;)
            {
                await Task.WhenAny(events.Next, beat);
                if (beat.IsCompleted)
                {
                    await beat;
                    beat = timer.WaitForNextTickAsync(stop.Token).AsTask();
                    batch.Add(new NumberedEvent(0, new ServerHeartbeat()));
                    ForEach(follower => follower.Check(clock.GetUtcNow()));
                }

                while (!batch.IsFull && events.IsReady)
                {
                    if (!await events.Next)
                        return;
                    batch.Add(events.Take());
                }

                batch.Empty(ref place, Pass);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Nobody follows any more.
        }
        finally
        {
            lock (gate)
                over = true;
            ForEach(static follower => follower.End());
        }
    }

    private void Pass(byte[] bytes, long number, bool maySkip)
    {
        lock (gate)
        {
            var piece = new Piece(bytes, number, maySkip, newest.End + bytes.Length);
            newest = newest.Next = piece;
            foreach (var follower in followers)
                follower.Offer(piece);
        }
    }

    private void ForEach(Action<Follower> tell)
    {
        lock (gate)
            followers.ForEach(tell);
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
