using System.Text;
using System.Threading.Channels;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>What one listener has not read yet, up to a limit. Deltas make room for facts; facts never make room.</summary>
internal sealed class Listener(int capacity)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> queue = [];
    private readonly Channel<bool> arrivals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private bool cutOff;

    /// <summary>Takes note of what was told; false when the listener is cut off and hears nothing more.</summary>
    public bool Offer(NumberedEvent told)
    {
        lock (gate)
        {
            if (!cutOff && !TryMerge(told) && MakeRoom(told.Event is IFact))
                queue.AddLast(new Waiting(told));
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
            if (cutOff || queue.First is not { } first)
            {
                next = default;
                // The end is told by the next wait.
                if (cutOff)
                    arrivals.Writer.TryWrite(true);
                return false;
            }

            queue.RemoveFirst();
            next = first.Value.Told;
            return true;
        }
    }

    private bool TryMerge(NumberedEvent told) =>
        told.Event is PartDelta delta && queue.Last is { } last && last.Value.TryAppend(told.Number, delta);

    // False: what was told is dropped, or the listener was cut off because it is a fact.
    private bool MakeRoom(bool isFact)
    {
        if (queue.Count < capacity)
            return true;
        if (!isFact)
            return false;

        for (var node = queue.First; node is not null; node = node.Next)
        {
            if (node.Value.IsFact)
                continue;
            queue.Remove(node);
            return true;
        }

        cutOff = true;
        queue.Clear();
        return false;
    }

    // Growing text is collected in a builder: a listener that sleeps through a long reply costs its length, not its square.
    private sealed class Waiting(NumberedEvent told)
    {
        private StringBuilder? text;

        public bool IsFact => told.Event is IFact;

        public NumberedEvent Told => text is null ? told : told with { Event = (PartDelta)told.Event with { Delta = text.ToString() } };

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
