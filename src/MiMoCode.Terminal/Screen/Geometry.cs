namespace MiMoCode.Terminal.Screen;

/// <summary>Columns and rows.</summary>
public readonly record struct Size(int Width, int Height);

/// <summary>A place on the screen, counted from 0 at the top left.</summary>
public readonly record struct Position(int X, int Y);

/// <summary>A rectangle of cells.</summary>
public readonly record struct Area(int X, int Y, int Width, int Height)
{
    /// <summary>First column right of it.</summary>
    public int Right => X + Width;

    /// <summary>First row below it.</summary>
    public int Bottom => Y + Height;

    /// <summary>True if the place lies inside.</summary>
    public bool Contains(Position at) => at.X >= X && at.X < Right && at.Y >= Y && at.Y < Bottom;

    /// <summary>The part that both have; empty when there is none.</summary>
    public Area Intersect(Area other)
    {
        int x = Math.Max(X, other.X), y = Math.Max(Y, other.Y);
        return new Area(x, y, Math.Max(0, Math.Min(Right, other.Right) - x), Math.Max(0, Math.Min(Bottom, other.Bottom) - y));
    }

    /// <summary>This area without a margin.</summary>
    public Area Inset(int horizontal, int vertical) =>
        new(X + horizontal, Y + vertical, Math.Max(0, Width - 2 * horizontal), Math.Max(0, Height - 2 * vertical));

    /// <summary>An area of the given size in the middle of this one, no larger than it.</summary>
    public Area Centre(int width, int height)
    {
        (width, height) = (Math.Min(width, Width), Math.Min(height, Height));
        return new Area(X + (Width - width) / 2, Y + (Height - height) / 2, width, height);
    }

    /// <summary>The upper rows, and the rest.</summary>
    public (Area Top, Area Remainder) CutTop(int rows)
    {
        rows = Math.Clamp(rows, 0, Height);
        return (this with { Height = rows }, new Area(X, Y + rows, Width, Height - rows));
    }

    /// <summary>The lower rows, and the rest above them.</summary>
    public (Area Bottom, Area Remainder) CutBottom(int rows)
    {
        rows = Math.Clamp(rows, 0, Height);
        return (new Area(X, Bottom - rows, Width, rows), this with { Height = Height - rows });
    }

    /// <summary>The left columns, and the rest.</summary>
    public (Area Left, Area Remainder) CutLeft(int columns)
    {
        columns = Math.Clamp(columns, 0, Width);
        return (this with { Width = columns }, new Area(X + columns, Y, Width - columns, Height));
    }

    /// <summary>The right columns, and the rest before them.</summary>
    public (Area Right, Area Remainder) CutRight(int columns)
    {
        columns = Math.Clamp(columns, 0, Width);
        return (new Area(Right - columns, Y, columns, Height), this with { Width = Width - columns });
    }
}
