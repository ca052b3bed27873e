namespace Calendar;

/// <summary>The bookings of one room, in order of their starts.</summary>
public sealed class Bookings
{
    private readonly List<Span> spans = [];

    public IReadOnlyList<Span> All => spans;

    /// <summary>Takes a booking unless the room is taken.</summary>
    public bool TryBook(Span span)
    {
        if (spans.Any(taken => taken.Overlaps(span)))
            return false;
        var index = spans.FindIndex(taken => taken.Start > span.Start);
        spans.Insert(index < 0 ? spans.Count : index, span);
        return true;
    }

    /// <summary>The stretches in which the room is taken, where bookings that touch count as one.</summary>
    public List<Span> Merged()
    {
        var merged = new List<Span>();
        foreach (var span in spans)
        {
            if (merged.Count > 0 && merged[^1].Touches(span))
                merged[^1] = new Span(merged[^1].Start, span.End);
            else
                merged.Add(span);
        }

        return merged;
    }

    /// <summary>The stretches of a day in which the room is free for at least this long.</summary>
    public List<Span> Free(Span day, TimeSpan atLeast)
    {
        var free = new List<Span>();
        var from = day.Start;
        foreach (var taken in spans.Where(taken => taken.Overlaps(day)))
        {
            AddFree(free, from, taken.Start, atLeast);
            from = taken.End;
        }

        AddFree(free, from, day.End, atLeast);
        return free;
    }

    private static void AddFree(List<Span> free, DateTime from, DateTime to, TimeSpan atLeast)
    {
        if (from < to && to - from > atLeast)
            free.Add(new Span(from, to));
    }
}
