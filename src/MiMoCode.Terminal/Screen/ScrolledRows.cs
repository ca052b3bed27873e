using System.Runtime.InteropServices;

namespace MiMoCode.Terminal.Screen;

/// <summary>A block of rows that stands elsewhere in the next frame: moving it is far cheaper than writing it again.</summary>
internal readonly record struct ScrolledRows(int Top, int Bottom, int Rows)
{
    private const int WorthMoving = 3;

    /// <summary>Finds the longest such block, moved by at most half a screen; null if none is worth it.</summary>
    public static ScrolledRows? Find(CellGrid before, CellGrid after)
    {
        var top = 0;
        while (top < after.Height && Same(before, top, after, top)) top++;
        var bottom = after.Height;
        while (bottom > top && Same(before, bottom - 1, after, bottom - 1)) bottom--;
        if (bottom - top <= WorthMoving) return null;

        ScrolledRows? best = null;
        var longest = WorthMoving;
        for (var rows = 1; rows <= (bottom - top) / 2; rows++)
        {
            Consider(rows);
            Consider(-rows);
        }

        return best;

        void Consider(int rows)
        {
            int run = 0, worth = 0;   // blank rows prolong a block but do not make it worth moving
            for (var y = Math.Max(top, top - rows); y < Math.Min(bottom, bottom - rows); y++)
            {
                var same = Same(before, y + rows, after, y);
                run = same ? run + 1 : 0;
                worth = !same ? 0 : Blank(after, y) ? worth : worth + 1;
                if (worth <= longest) continue;
                longest = worth;
                var first = y - run + 1;
                best = rows > 0
                    ? new ScrolledRows(first, y + rows + 1, rows)
                    : new ScrolledRows(first + rows, y + 1, rows);
            }
        }
    }

    /// <summary>Moves the rows on the terminal and in what we know of it.</summary>
    public void Apply(CellGrid shown, FrameWriter writer)
    {
        writer.Scroll(Top, Bottom, Rows);
        if (Rows > 0)
        {
            for (var y = Top; y < Bottom - Rows; y++) shown.Row(y + Rows).CopyTo(shown.Row(y));
            for (var y = Bottom - Rows; y < Bottom; y++) shown.Row(y).Fill(Cell.Blank);
        }
        else
        {
            for (var y = Bottom - 1; y >= Top - Rows; y--) shown.Row(y + Rows).CopyTo(shown.Row(y));
            for (var y = Top; y < Top - Rows; y++) shown.Row(y).Fill(Cell.Blank);
        }
    }

    private static bool Same(CellGrid before, int from, CellGrid after, int to) =>
        MemoryMarshal.AsBytes(before.Row(from)).SequenceEqual(MemoryMarshal.AsBytes(after.Row(to)));

    private static bool Blank(CellGrid grid, int y) => grid.Row(y).IndexOfAnyExcept(grid.Row(y)[0]) < 0;
}
