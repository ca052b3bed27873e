namespace MiMoCode.Terminal.Widgets;

/// <summary>
/// Which part of something long is seen. It sticks to the end until scrolled up; then what is seen stays where it is while more
/// comes, and what is new below is counted.
/// </summary>
public sealed class ScrollState
{
    private int countSeen;

    /// <summary>First line seen.</summary>
    public int Top { get; private set; }

    /// <summary>Lines there are.</summary>
    public int Count { get; private set; }

    /// <summary>Lines that fit.</summary>
    public int Height { get; private set; } = 1;

    /// <summary>True while the end is followed.</summary>
    public bool Following { get; private set; } = true;

    /// <summary>Lines that came since the end was left.</summary>
    public int NewBelow => Following ? 0 : Math.Max(0, Count - countSeen);

    /// <summary>The last possible first line.</summary>
    public int Last => Math.Max(0, Count - Height);

    /// <summary>Call before drawing, with what there is now.</summary>
    public void Update(int count, int height)
    {
        (Count, Height) = (count, Math.Max(1, height));
        if (Following)
        {
            Top = Last;
            countSeen = count;
        }

        Top = Math.Clamp(Top, 0, Last);
    }

    /// <summary>Lines were put in before the first one (older ones were loaded): what is seen stays.</summary>
    public void Prepended(int lines)
    {
        Top += lines;
        Count += lines;
        countSeen += lines;
    }

    /// <summary>Scrolls; reaching the end follows it again.</summary>
    public void By(int lines) => To(Top + lines);

    /// <summary>Scrolls to a first line.</summary>
    public void To(int line)
    {
        Top = Math.Clamp(line, 0, Last);
        if (Following && Top < Last) countSeen = Count;
        Following = Top == Last;
    }

    /// <summary>Goes to the end and follows it.</summary>
    public void ToEnd() => To(Last);

    /// <summary>Where the thumb of a scroll bar stands: first row and number of rows.</summary>
    public (int Start, int Length) Thumb(int rows)
    {
        if (Count <= Height) return (0, rows);
        var length = Math.Clamp(rows * Height / Count, 1, rows);
        return (Last == 0 ? 0 : (rows - length) * Top / Last, length);
    }
}
