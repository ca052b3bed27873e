using System.Buffers;
using System.Text;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>What happened while the last pieces were passed on: text that grew several times is told once.</summary>
internal sealed class Batch(FrameWriter frames)
{
    private const int MostEvents = 512, LargestPiece = 16 << 10;
    private readonly List<(NumberedEvent Told, StringBuilder? Text)> events = [];
    private readonly Dictionary<(string Part, string Field), int> growing = [];
    private readonly ArrayBufferWriter<byte> bytes = new(LargestPiece);

    public bool IsFull => events.Count >= MostEvents;

    public void Add(NumberedEvent told)
    {
        if (told.Event is WindowOpened)
            return;
        if (told.Event is not PartDelta delta)
        {
            // Nothing said later may come before it.
            growing.Clear();
        }
        else if (growing.TryGetValue((delta.PartId, delta.Field), out var place))
        {
            var (first, text) = events[place];
            events[place] = (first, (text ?? new StringBuilder(((PartDelta)first.Event).Delta)).Append(delta.Delta));
            return;
        }
        else
        {
            growing[(delta.PartId, delta.Field)] = events.Count;
        }

        events.Add((told, null));
    }

    /// <summary>Takes everything out, as pieces of one kind each.</summary>
    /// <param name="place">The place of the newest fact that was passed on, and then of the newest of these.</param>
    /// <param name="pass">Hears each piece: its bytes, the number that it leads to, and whether a slow client may do without it.</param>
    public void Empty(ref EventCursor place, Action<byte[], long, bool> pass)
    {
        for (var i = 0; i < events.Count; i++)
        {
            var (told, text) = events[i];
            if (text is not null)
                told = told with { Event = (PartDelta)told.Event with { Delta = text.ToString() } };
            // A delta told before any fact of this process knows no number yet: it does not move the place.
            place = place with { Number = Math.Max(place.Number, told.Number) };
            frames.Write(bytes, place, told);
            var isDelta = told.Event is PartDelta;
            if (bytes.WrittenCount < LargestPiece && i + 1 < events.Count && events[i + 1].Told.Event is PartDelta == isDelta)
                continue;
            pass(bytes.WrittenSpan.ToArray(), place.Number, isDelta);
            bytes.ResetWrittenCount();
        }

        events.Clear();
        growing.Clear();
    }
}
