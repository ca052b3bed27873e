using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.Terminal.Screen;

/// <summary>
/// Turns the difference of two grids into the bytes that make a terminal showing the one show the other. Positions are absolute,
/// so no terminal's idea of "the next line" matters; after a character whose width terminals disagree about, and after the last
/// column, the pen's place is taken as unknown.
/// </summary>
internal sealed class FrameWriter(ClusterTable clusters, ColorDepth depth)
{
    /// <summary>Smaller frames reach the terminal in one piece anyway; wrapping them would double their size.</summary>
    private const int WorthWrapping = 256;

    private const int Unknown = -1;

    private static readonly int LongestOpening = BeginSync.Length + HideCursor.Length;

    private readonly ByteSink sink = new();
    private StyleWriter? styles;
    private int penX = Unknown;
    private int penY = Unknown;
    private bool cursorShown;

    private static ReadOnlySpan<byte> BeginSync => "\e[?2026h"u8;

    private static ReadOnlySpan<byte> EndSync => "\e[?2026l"u8;

    private static ReadOnlySpan<byte> HideCursor => "\e[?25l"u8;

    private static ReadOnlySpan<byte> ShowCursor => "\e[?25h"u8;

    private StyleWriter Styles => styles ??= new StyleWriter(sink, depth);

    /// <summary>Starts a frame. With <paramref name="erase"/> the terminal's content is unknown and is blanked first.</summary>
    public void Begin(bool erase)
    {
        sink.Clear();
        for (var i = 0; i < LongestOpening; i++) sink.Add((byte)0);   // room for what is only known at the end
        if (!erase) return;
        penX = Unknown;
        Styles.Forget();
        sink.Add(HideCursor);
        cursorShown = false;
        sink.Add("\e[2J"u8);
    }

    /// <summary>Moves the rows from top to bottom (exclusive) up by some rows, or down by a negative number.</summary>
    public void Scroll(int top, int bottom, int rows)
    {
        Styles.Set(CellStyle.Plain);
        sink.Add("\e["u8);
        sink.AddNumber(top + 1);
        sink.Add((byte)';');
        sink.AddNumber(bottom);
        sink.Add("r\e["u8);
        if (Math.Abs(rows) > 1) sink.AddNumber(Math.Abs(rows));
        sink.Add(rows > 0 ? "S\e[r"u8 : "T\e[r"u8);
        penX = Unknown;
    }

    public void Row(int y, ReadOnlySpan<Cell> before, ReadOnlySpan<Cell> after)
    {
        if (MemoryMarshal.AsBytes(before).SequenceEqual(MemoryMarshal.AsBytes(after))) return;
        var blankFrom = after.LastIndexOfAnyExcept(Cell.Blank) + 1;
        var x = before.CommonPrefixLength(after);
        while (x < after.Length)
        {
            if (before[x] == after[x])
            {
                x++;
                continue;
            }

            if (x >= blankFrom && before[x..].LastIndexOfAnyExcept(Cell.Blank) > 2)
            {
                MoveTo(x, y, after);
                Styles.Set(CellStyle.Plain);
                sink.Add("\e[K"u8);
                return;
            }

            if (after[x].IsRightHalf) x--;
            MoveTo(x, y, after);
            x += Put(after, x);
        }
    }

    /// <summary>Ends the frame and returns its bytes, none if nothing changed. They are valid until the next frame begins.</summary>
    public ReadOnlyMemory<byte> End(Position? caret, bool synchronized)
    {
        var large = sink.Length - LongestOpening > WorthWrapping;
        var opening = 0;
        if (large && cursorShown)
        {
            opening += HideCursor.Length;
            sink.Patch(LongestOpening - opening, HideCursor);
            cursorShown = false;
        }

        PlaceCursor(caret);
        if (large && synchronized)
        {
            opening += BeginSync.Length;
            sink.Patch(LongestOpening - opening, BeginSync);
            sink.Add(EndSync);
        }

        return sink.From(LongestOpening - opening);
    }

    private void PlaceCursor(Position? caret)
    {
        if (caret is { } at)
        {
            if (penX != at.X || penY != at.Y) Jump(at.X, at.Y);
            if (!cursorShown) sink.Add(ShowCursor);
        }
        else if (cursorShown)
        {
            sink.Add(HideCursor);
        }

        cursorShown = caret is not null;
    }

    private void MoveTo(int x, int y, ReadOnlySpan<Cell> row)
    {
        if (penX == x && penY == y) return;
        if (penX == Unknown || penY != y || x < penX || !CanType(row[penX..x])) Jump(x, y);
        else for (var i = penX; i < x; i++) Put(row, i);
    }

    // A few plain letters between two changes are shorter than a jump over them.
    private static bool CanType(ReadOnlySpan<Cell> between)
    {
        if (between.Length > 4) return false;
        foreach (var cell in between)
        {
            if (cell.Glyph is < ' ' or > '~' || cell.Style != between[0].Style) return false;
        }

        return true;
    }

    private void Jump(int x, int y)
    {
        sink.Add("\e["u8);
        if (penX != Unknown && penY == y)
        {
            if (x > 0) sink.AddNumber(x + 1);
            sink.Add((byte)'G');
        }
        else
        {
            if (x > 0 || y > 0) sink.AddNumber(y + 1);
            if (x > 0)
            {
                sink.Add((byte)';');
                sink.AddNumber(x + 1);
            }

            sink.Add((byte)'H');
        }

        (penX, penY) = (x, y);
    }

    private int Put(ReadOnlySpan<Cell> row, int x)
    {
        var cell = row[x];
        var width = x + 1 < row.Length && row[x + 1].IsRightHalf ? 2 : 1;
        Styles.Set(cell.Style);
        if (cell.Glyph < 0) sink.Add(clusters[~cell.Glyph]);
        else sink.Add(new Rune(cell.Glyph));
        penX = cell.Glyph < 0 || x + width >= row.Length ? Unknown : x + width;
        return width;
    }
}
