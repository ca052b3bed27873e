using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Markdown;

/// <summary>A table. Its columns follow its widest cells until it has many rows; from then on they stay, and rows settle at once.</summary>
internal sealed class Table(IReadOnlyList<Span> prefix, MarkdownStyles styles, int columns) : IOpenBlock
{
    private const int RowsThatShape = 40;
    private const string Gap = " │ ";

    private readonly List<List<Span>[]> rows = [];
    private int[]? fixedWidths;
    private Alignment[] alignments = [];

    private enum Alignment { Left, Centre, Right }

    public static bool IsDelimiter(string line) =>
        line.Contains('|', StringComparison.Ordinal) && line.Contains('-', StringComparison.Ordinal) && line.All(c => c is '|' or '-' or ':' or ' ');

    public void Take(string line, bool goesOn, List<StyledLine> settled)
    {
        if (rows.Count == 1 && alignments.Length == 0 && IsDelimiter(line))
        {
            alignments = [.. Cells(line).Select(AlignmentOf)];
            return;
        }

        rows.Add(Read(line));
        if (fixedWidths is null && rows.Count < RowsThatShape) return;
        settled.AddRange(fixedWidths is null ? Layout(rows, true) : Layout(rows, false));
        fixedWidths ??= Widths(rows);
        rows.Clear();
    }

    public List<StyledLine> Lines(string partial, bool mayGoOn)
    {
        var shown = partial.Length > 1 && !IsDelimiter(partial) ? [.. rows, Read(partial)] : rows;
        return shown.Count == 0 ? [] : Layout(shown, fixedWidths is null);
    }

    private static string[] Cells(string line)
    {
        var trimmed = line.Trim();
        if (trimmed.StartsWith('|')) trimmed = trimmed[1..];
        if (trimmed.EndsWith('|') && !trimmed.EndsWith("\\|", StringComparison.Ordinal)) trimmed = trimmed[..^1];
        return [.. trimmed.Replace("\\|", "\0", StringComparison.Ordinal).Split('|').Select(cell => cell.Replace("\0", "|", StringComparison.Ordinal).Trim())];
    }

    private static Alignment AlignmentOf(string cell) =>
        (cell.StartsWith(':'), cell.EndsWith(':')) switch { (true, true) => Alignment.Centre, (_, true) => Alignment.Right, _ => Alignment.Left };

    private List<Span>[] Read(string line)
    {
        var style = rows.Count == 0 && fixedWidths is null ? styles.Strong.Over(styles.Text) : styles.Text;
        return [.. Cells(line).Select(cell => Inline.Read(cell, style, styles).ConvertAll(piece => piece.Span))];
    }

    // Natural widths, the widest cut down until all fit.
    private int[] Widths(List<List<Span>[]> of)
    {
        if (fixedWidths is not null) return fixedWidths;
        var count = of.Max(row => row.Length);
        var widths = new int[count];
        foreach (var row in of)
        {
            for (var i = 0; i < row.Length; i++) widths[i] = Math.Max(widths[i], row[i].Sum(span => TextWidth.Of(span.Text)));
        }

        var room = columns - prefix.Sum(span => TextWidth.Of(span.Text)) - Gap.Length * (count - 1);
        for (var excess = widths.Sum() - room; excess > 0; excess--)
        {
            var widest = Array.IndexOf(widths, widths.Max());
            if (widths[widest] <= 3) break;
            widths[widest]--;
        }

        return widths;
    }

    private List<StyledLine> Layout(List<List<Span>[]> of, bool withHeader)
    {
        var widths = Widths(of);
        var lines = new List<StyledLine>();
        foreach (var row in of)
        {
            lines.AddRange(Row(row, widths));
            if (withHeader && row == of[0]) lines.Add(Ruler(widths));
        }

        return lines;
    }

    private StyledLine Ruler(int[] widths) =>
        new([.. prefix, new Span(string.Join("─┼─", widths.Select(width => new string('─', width))), styles.Rule)]);

    private IEnumerable<StyledLine> Row(List<Span>[] row, int[] widths)
    {
        var cells = widths.Select((width, i) => i < row.Length ? StyledWrap.Lines(row[i], Math.Max(1, width)) : [StyledLine.Empty]).ToArray();
        for (var y = 0; y < cells.Max(cell => cell.Count); y++)
        {
            var spans = new List<Span>(prefix);
            for (var i = 0; i < widths.Length; i++)
            {
                if (i > 0) spans.Add(new Span(Gap, styles.Rule));
                var line = y < cells[i].Count ? cells[i][y] : StyledLine.Empty;
                var free = Math.Max(0, widths[i] - line.Width);
                var left = (i < alignments.Length ? alignments[i] : Alignment.Left) switch { Alignment.Right => free, Alignment.Centre => free / 2, _ => 0 };
                if (left > 0) spans.Add(new Span(new string(' ', left), default));
                spans.AddRange(line.Spans);
                if (free > left && i < widths.Length - 1) spans.Add(new Span(new string(' ', free - left), default));
            }

            yield return new StyledLine(spans);
        }
    }
}
