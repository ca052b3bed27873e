using System.Runtime.CompilerServices;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>
/// Tells everybody who listens what happens. Publishing never waits for a listener: one that is slow gets its deltas merged or
/// loses them, and one that would lose a fact is cut off, reads anew what it missed and listens again.
/// </summary>
internal sealed class EventBus(int capacity = 1024)
{
    private readonly Lock gate = new();
    private readonly List<Listener> listeners = [];
    private Action<NumberedEvent>[] sinks = [];

    /// <summary>Listeners that are connected now.</summary>
    public int Listeners
    {
        get
        {
            lock (gate)
                return listeners.Count;
        }
    }

    /// <summary>Adds somebody who is called for everything, in order, on the thread of whoever tells it; must not block or throw.</summary>
    public void Add(Action<NumberedEvent> sink)
    {
        lock (gate)
            sinks = [.. sinks, sink];
    }

    /// <summary>Tells a fact, by the number it is stored under, or anything else by the number of the last fact.</summary>
    public void Publish(long number, Event told) => Publish(new NumberedEvent(number, told));

    /// <summary>The same.</summary>
    public void Publish(NumberedEvent numbered)
    {
        // Told under the lock, so that everybody hears everything in the same order.
        lock (gate)
        {
            foreach (var sink in sinks)
                sink(numbered);
            listeners.RemoveAll(listener => !listener.Offer(numbered));
        }
    }

    /// <summary>
    /// Everything from this call on: the subscription stands before the first element is asked for. The stream ends when the
    /// listener was too slow for a fact. It must be enumerated, once, or it is kept until it overflows.
    /// </summary>
    public IAsyncEnumerable<NumberedEvent> SubscribeAsync(CancellationToken cancellationToken) => SubscribeAsync(capacity, cancellationToken);

    /// <summary>The same for a listener that may leave so many events unread.</summary>
    public IAsyncEnumerable<NumberedEvent> SubscribeAsync(int mostUnread, CancellationToken cancellationToken)
    {
        var listener = new Listener(mostUnread);
        lock (gate)
            listeners.Add(listener);
        return ReadAsync(listener, cancellationToken);
    }

    private async IAsyncEnumerable<NumberedEvent> ReadAsync(
        Listener listener, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (await listener.WaitAsync(cancellationToken))
            {
                while (listener.TryTake(out var next))
                    yield return next;
            }
        }
        finally
        {
            lock (gate)
                listeners.Remove(listener);
        }
    }
}
