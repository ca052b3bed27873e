using MiMoCode.Engine.Foundation.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>The streams that somebody follows now, one for each feed: begun by the first follower, ended by the last.</summary>
internal sealed class Broadcasts(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly Dictionary<EventFeed, Broadcast> running = [];

    /// <summary>A new place at the end of a feed's stream; it must be disposed.</summary>
    /// <param name="feed">What is followed.</param>
    /// <param name="frames">How it is written: the same for all followers of a feed.</param>
    /// <param name="abort">Cuts the follower off.</param>
    public Place Follow(EventFeed feed, FrameWriter frames, Action abort)
    {
        lock (gate)
        {
            if (!running.TryGetValue(feed, out var broadcast) || broadcast.Follow(abort) is not { } follower)
            {
                running[feed] = broadcast = new Broadcast(feed, frames, clock);
                follower = broadcast.Follow(abort)!;
            }

            return new Place(this, feed, broadcast, follower);
        }
    }

    private async ValueTask LeaveAsync(Place place)
    {
        lock (gate)
        {
            if (place.Broadcast.Leave(place.Follower) > 0)
                return;
            if (running.GetValueOrDefault(place.Feed) == place.Broadcast)
                running.Remove(place.Feed);
        }

        await place.Broadcast.DisposeAsync();
    }

    /// <summary>A follower, and what it holds.</summary>
    public sealed class Place(Broadcasts owner, EventFeed feed, Broadcast broadcast, Follower follower) : IAsyncDisposable
    {
        public Follower Follower => follower;

        public EventFeed Feed => feed;

        public Broadcast Broadcast => broadcast;

        public ValueTask DisposeAsync() => owner.LeaveAsync(this);
    }
}
