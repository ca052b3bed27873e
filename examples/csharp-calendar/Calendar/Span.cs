namespace Calendar;

/// <summary>A stretch of time from its start up to, but not including, its end.</summary>
public readonly record struct Span
{
    public Span(DateTime start, DateTime end)
    {
        if (end <= start)
            throw new ArgumentException("A span must end after it starts.");
        Start = start;
        End = end;
    }

    public DateTime Start { get; }

    public DateTime End { get; }

    public TimeSpan Length => End - Start;

    public bool Contains(DateTime moment) => Start <= moment && moment < End;

    /// <summary>Whether both have some time in common; spans that only touch have none.</summary>
    public bool Overlaps(Span other) => Start < other.End && other.Start < End;

    /// <summary>Whether one ends exactly when the other starts.</summary>
    public bool Touches(Span other) => End == other.Start || other.End == Start;

    /// <summary>The time that both have in common; null when there is none.</summary>
    public Span? Intersect(Span other)
    {
        var start = Start > other.Start ? Start : other.Start;
        var end = End < other.End ? End : other.End;
        return start < end ? new Span(start, end) : null;
    }
}
