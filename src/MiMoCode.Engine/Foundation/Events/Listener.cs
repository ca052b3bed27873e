using System.Text;
using System.Threading.Channels;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>What one listener has not read yet, up to a limit. Deltas make room for facts; facts never make room.</summary>
internal sealed class Listener(int capacity)
{
    private readonly Lock gate = new();
    private readonly Channel<bool> arrivals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private Backlog queue = new(capacity);
    private bool cutOff;

    /// <summary>Takes note of what was told; false when the listener is cut off and hears nothing more.</summary>
    public bool Offer(NumberedEvent told)
    {
        lock (gate)
        {
            if (!cutOff && !TryMerge(told) && MakeRoom(told.Event is IFact))
                queue.Add(new Waiting(told));
            arrivals.Writer.TryWrite(true);
            return !cutOff;
        }
    }

    /// <summary>Waits for something to take; false when the listener was cut off. What it had not read by then is void.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        await arrivals.Reader.ReadAsync(cancellationToken);
        lock (gate)
            return !cutOff;
    }

    /// <summary>The next event, if one waits.</summary>
    public bool TryTake(out NumberedEvent next)
    {
        lock (gate)
        {
            if (cutOff || queue.Count is 0)
            {
                next = default;
                // The end is told by the next wait.
                if (cutOff)
                    arrivals.Writer.TryWrite(true);
                return false;
            }

            next = queue.Take().Told;
            return true;
        }
    }

    private bool TryMerge(NumberedEvent told) =>
        told.Event is PartDelta delta && queue.Count > 0 && queue[queue.Count - 1].TryAppend(told.Number, delta);

    // False: what was told is dropped, or the listener was cut off because it is a fact.
    private bool MakeRoom(bool isFact)
    {
        if (queue.Count < capacity)
            return true;
        if (!isFact)
            return false;

        for (var place = 0; place < queue.Count; place++)
        {
            if (queue[place].IsFact)
                continue;
            queue.RemoveAt(place);
            return true;
        }

        cutOff = true;
        queue = new Backlog(capacity);
        return false;
    }

    /// <summary>A ring that grows to its capacity: hundreds of listeners that lag behind cost little more than what they share.</summary>
    private sealed class Backlog(int capacity)
    {
        private const int Few = 16;
        private Waiting[] ring = new Waiting[Math.Min(Few, capacity)];
        private int first;

        public int Count { get; private set; }

        public ref Waiting this[int place] => ref ring[(first + place) % ring.Length];

        public void Add(Waiting waiting)
        {
            if (Count == ring.Length)
                Grow();
            this[Count++] = waiting;
        }

        public Waiting Take()
        {
            var taken = this[0];
            RemoveAt(0);
            return taken;
        }

        public void RemoveAt(int place)
        {
            for (; place > 0; place--)
                this[place] = this[place - 1];
            this[0] = default;
            first = (first + 1) % ring.Length;
            Count--;
        }

        private void Grow()
        {
            var larger = new Waiting[Math.Min(capacity, 2 * ring.Length)];
            for (var place = 0; place < Count; place++)
                larger[place] = this[place];
            (ring, first) = (larger, 0);
        }
    }

    // Growing text is collected in a builder: a listener that sleeps through a long reply costs its length, not its square.
    private struct Waiting(NumberedEvent told)
    {
        private StringBuilder? text;

        public readonly bool IsFact => told.Event is IFact;

        public readonly NumberedEvent Told => text is null ? told : told with { Event = (PartDelta)told.Event with { Delta = text.ToString() } };

        public bool TryAppend(long number, PartDelta next)
        {
            if (told.Event is not PartDelta first || told.Number != number
                || first.PartId != next.PartId || first.Field != next.Field || first.SessionId != next.SessionId)
            {
                return false;
            }

            text ??= new StringBuilder(first.Delta);
            text.Append(next.Delta);
            return true;
        }
    }
}
