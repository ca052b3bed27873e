using System.Text;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Transcript;

/// <summary>A row of the conversation as it was drawn: a line of a message, and which line of which block that is.</summary>
internal readonly record struct SeenRow(string Message, int Index, int Line, Block? Block, int BlockLine)
{
    /// <summary>The line; null in a gap.</summary>
    public StyledLine? Text => Block is { } block && BlockLine < block.Lines.Count ? block.Lines[BlockLine] : null;

    /// <summary>The first column that belongs to the text.</summary>
    public int Start => Text is { } text ? Block!.Indent + text.Gutter : 0;

    /// <summary>The column after the text.</summary>
    public int End => Text is { } text ? Block!.Indent + text.Width : 0;
}

/// <summary>A place in the conversation, whatever is scrolled.</summary>
internal readonly record struct Spot(string Message, int Line, int Column)
{
    public static Spot EndOf(SeenRow row) => new(row.Message, row.Line, int.MaxValue);
}

/// <summary>
/// A stretch of the conversation that was marked with the mouse. Bars, numbers and indents are neither marked nor copied, and a line
/// that was only wrapped is one line again.
/// </summary>
internal sealed record Marking(Spot One, Spot Other)
{
    /// <summary>Lays a style over what is marked.</summary>
    /// <param name="canvas">Where the rows were drawn.</param>
    /// <param name="rows">What is seen.</param>
    /// <param name="place">The place of a message among all.</param>
    /// <param name="style">The style.</param>
    public void Draw(Canvas canvas, List<SeenRow> rows, Func<string, int> place, CellStyle style)
    {
        foreach (var (y, from, to) in Ranges(rows, place))
            canvas.Restyle(new Area(from, y, to - from, 1), style);
    }

    /// <summary>What is marked of the rows.</summary>
    /// <param name="rows">What is seen.</param>
    /// <param name="place">The place of a message among all.</param>
    /// <param name="columns">Columns that text had when it was wrapped.</param>
    public string Text(List<SeenRow> rows, Func<string, int> place, int columns)
    {
        var text = new StringBuilder();
        foreach (var (y, from, to) in Ranges(rows, place))
        {
            if (rows[y].Text?.ToString() is not { } line)
            {
                text.Append('\n');
                continue;
            }

            var (start, end) = (Fit.Length(line, from - rows[y].Block!.Indent), Fit.Length(line, to - rows[y].Block!.Indent));
            text.Append(line.AsSpan(start, end - start).TrimEnd()).Append(Joint(rows, y, columns));
        }

        return text.ToString().TrimEnd();
    }

    // A line that was wrapped lost the space at its end, unless it was broken inside a word or between wide letters.
    private static string Joint(List<SeenRow> rows, int y, int columns)
    {
        var line = rows[y].Text!;
        if (!line.Continues || y + 1 >= rows.Count || rows[y + 1].Text is not { } next)
            return "\n";
        var before = line.ToString();
        var after = next.ToString()[Math.Min(next.Gutter, next.ToString().Length)..];
        var isWide = (before.Length > 0 && TextWidth.Of(before.AsSpan()[^1..]) == 2) || (after.Length > 0 && TextWidth.Of(after.AsSpan(0, 1)) == 2);
        return isWide || line.Width >= columns ? "" : " ";
    }

    private IEnumerable<(int Y, int From, int To)> Ranges(List<SeenRow> rows, Func<string, int> place)
    {
        if (Find(rows, place, One) is not { } one || Find(rows, place, Other) is not { } other)
            yield break;
        var (first, last) = one.Y < other.Y || (one.Y == other.Y && one.X <= other.X) ? (one, other) : (other, one);
        for (var y = Math.Max(0, first.Y); y <= last.Y && y < rows.Count; y++)
        {
            var from = Math.Max(rows[y].Start, y == first.Y ? first.X : 0);
            var to = Math.Min(rows[y].End, y == last.Y ? last.X : int.MaxValue);
            if (rows[y].Text is null || to > from || rows[y].End <= rows[y].Start)
                yield return (y, from, Math.Max(from, to));
        }
    }

    // What was scrolled away lies above the first row or below the last.
    private static (int Y, int X)? Find(List<SeenRow> rows, Func<string, int> place, Spot spot)
    {
        if (rows.Count == 0)
            return null;
        var y = rows.FindIndex(row => row.Message == spot.Message && row.Line == spot.Line);
        if (y >= 0)
            return (y, spot.Column);
        var same = rows.FindIndex(row => row.Message == spot.Message);
        var above = same >= 0 ? spot.Line < rows[same].Line : place(spot.Message) < rows[0].Index;
        return above ? (-1, 0) : (rows.Count, 0);
    }
}
