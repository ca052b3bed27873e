using System.Text;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Screen;

/// <summary>
/// A picture of the screen in memory. All text enters through <see cref="Write"/>, which lets no control character pass:
/// whatever a tool, a model or a file name contains, the terminal only ever sees printable characters of it.
/// </summary>
internal sealed class CellGrid
{
    // Longer clusters (a letter under a thousand accents) are cut: no terminal draws them, and each costs memory.
    private const int LongestCluster = 16;

    private readonly ClusterTable clusters;
    private Cell[] cells = [];

    public CellGrid(int width, int height, ClusterTable clusters)
    {
        this.clusters = clusters;
        Resize(width, height);
    }

    public int Width { get; private set; }

    public int Height { get; private set; }

    public Span<Cell> Row(int y) => cells.AsSpan(y * Width, Width);

    public void Resize(int width, int height)
    {
        (Width, Height) = (Math.Max(1, width), Math.Max(1, height));
        cells = new Cell[Width * Height];
        Clear();
    }

    public void Clear() => cells.AsSpan().Fill(Cell.Blank);

    public void CopyFrom(CellGrid other) => other.cells.AsSpan().CopyTo(cells);

    /// <summary>The text of a cell; empty for the right half of a wide character.</summary>
    public string TextAt(int x, int y) => Row(y)[x].Glyph switch
    {
        Cell.RightHalf => "",
        < 0 and var glyph => clusters[~glyph],
        var glyph => new Rune(glyph).ToString(),
    };

    /// <summary>Fills a part of a row with blanks of one style.</summary>
    public void Fill(int x, int y, int width, CellStyle style)
    {
        var row = Row(y);
        DetachHalves(row, x, x + width);
        row.Slice(x, width).Fill(new Cell(' ', style));
    }

    /// <summary>Lays a style over the cells of a part of a row, keeping their text.</summary>
    public void Restyle(int x, int y, int width, CellStyle style)
    {
        foreach (ref var cell in Row(y).Slice(x, width)) cell = cell with { Style = style.Over(cell.Style) };
    }

    /// <summary>Writes text from (x, y) to at most column <paramref name="end"/>, and says where it stopped. Columns left of
    /// <paramref name="start"/> are skipped.</summary>
    public int Write(int x, int y, int start, int end, ReadOnlySpan<char> text, CellStyle style)
    {
        var row = Row(y);
        foreach (var cluster in new Clusters(text))
        {
            if (cluster.Width == 0) continue;
            if (x + cluster.Width > end)
            {
                if (x >= start && x < end) Put(row, x, ' ', 1, style);   // half a wide character does not fit
                return Math.Max(x, end);
            }

            if (x >= start) Put(row, x, GlyphOf(cluster.Text), cluster.Width, style);
            else if (x + cluster.Width > start) Put(row, start, ' ', 1, style);
            x += cluster.Width;
        }

        return x;
    }

    private static void Put(Span<Cell> row, int x, int glyph, int width, CellStyle style)
    {
        DetachHalves(row, x, x + width);
        row[x] = new Cell(glyph, new CellStyle(
            style.Foreground, style.Background.IsUnset ? row[x].Style.Background : style.Background, style.Attributes));
        if (width == 2) row[x + 1] = new Cell(Cell.RightHalf, row[x].Style);
    }

    // Overwriting one half of a wide character leaves a blank where the other half was.
    private static void DetachHalves(Span<Cell> row, int from, int to)
    {
        if (from < row.Length && row[from].IsRightHalf && from > 0) row[from - 1] = row[from - 1] with { Glyph = ' ' };
        if (to < row.Length && row[to].IsRightHalf) row[to] = row[to] with { Glyph = ' ' };
    }

    private int GlyphOf(ReadOnlySpan<char> cluster)
    {
        Rune.DecodeFromUtf16(cluster, out var first, out var length);
        if (length == cluster.Length || cluster[0] == '\r') return SafeRune.Of(first).Value;

        Span<char> kept = stackalloc char[LongestCluster];
        var used = 0;
        foreach (var rune in cluster.EnumerateRunes())
        {
            if (used + 2 > LongestCluster) break;
            used += SafeRune.Of(rune).EncodeToUtf16(kept[used..]);
        }

        return ~clusters.NumberOf(kept[..used]);
    }
}
