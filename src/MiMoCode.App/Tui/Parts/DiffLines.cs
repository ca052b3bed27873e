using System.Globalization;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>Draws unified diffs: one column, or old and new side by side. Only rows that are looked at are laid out.</summary>
internal sealed class DiffLines
{
    /// <summary>From this many columns on, old and new fit side by side.</summary>
    public const int SplitFrom = 120;

    private const int None = -1;

    private readonly DiffRows diff;
    private readonly int columns;
    private readonly int digits;
    private readonly int indent;
    private readonly Look look;
    private readonly Func<string, string> show;

    private DiffLines(DiffRows diff, int columns, Look look, int indent, Func<string, string> show)
    {
        (this.diff, this.columns, this.look, this.indent, this.show) = (diff, columns - indent, look, indent, show);
        digits = Math.Max(1, diff.Last).ToString(CultureInfo.InvariantCulture).Length;
    }

    private IReadOnlyList<DiffRow> Rows => diff.Rows;

    private Span[] Indent => indent > 0 ? [new Span(new string(' ', indent), default)] : [];

    /// <summary>The diff as lines.</summary>
    /// <param name="diff">The diff.</param>
    /// <param name="columns">Columns of the lines.</param>
    /// <param name="split">Old and new side by side, where there is room.</param>
    /// <param name="look">The styles.</param>
    /// <param name="indent">Columns that stay free at the left.</param>
    /// <param name="show">Makes of a line of a file what is shown of it.</param>
    public static IReadOnlyList<StyledLine> Of(string diff, int columns, bool split, Look look, int indent = 0, Func<string, string>? show = null)
    {
        var lines = new DiffLines(DiffRows.Parse(diff), columns, look, indent, show ?? PlainText.Clean);
        return split && lines.columns >= SplitFrom ? lines.SideBySide() : lines.OneColumn();
    }

    private LazyLines OneColumn()
    {
        var room = columns - (2 * digits + 2) - 2;
        return new LazyLines(Rows.Count, row => Rows[row].Kind is DiffKind.Hunk ? 1 : Height(row, room), row => Unified(Rows[row]));
    }

    private LazyLines SideBySide()
    {
        var pairs = Pairs();
        var (left, right) = ((columns - 1) / 2, columns - (columns - 1) / 2 - 1);
        var used = digits + 1 + 2;
        return new LazyLines(
            pairs.Count,
            at => pairs[at] is var (old, next) && old != None && Rows[old].Kind is DiffKind.Hunk
                ? 1
                : Math.Max(old == None ? 0 : Height(old, left - used), next == None ? 0 : Height(next, right - used)),
            at => Split(pairs[at].Old, pairs[at].New, left, right));
    }

    private int Height(int row, int room)
    {
        var text = diff.TextOf(Rows[row]);
        // Whatever shows text leaves plain letters as they are.
        return text.ContainsAnyExceptInRange(' ', '~') ? WordWrap.Count(show(text.ToString()), room) : WordWrap.Count(text, room);
    }

    private IReadOnlyList<StyledLine> Unified(DiffRow row)
    {
        if (row.Kind is DiffKind.Hunk)
            return [Heading(row)];
        var (sign, style) = StyleOf(row.Kind);
        var head = new Span($"{Number(row.Old)} {Number(row.New)} ", look.DiffNumber);
        var blank = new Span(new string(' ', head.Text.Length), look.DiffNumber);
        var lines = StyledWrap.Lines([new Span(TextOf(row), style)], columns + indent, [.. Indent, head, new Span(sign, style)], [.. Indent, blank, new Span("  ", style)]);
        for (var at = 0; at < lines.Count; at++)
            lines[at] = Filled(lines[at], columns + indent, style);
        return lines;
    }

    private IReadOnlyList<StyledLine> Split(int old, int next, int leftColumns, int rightColumns)
    {
        if (old != None && Rows[old] is { Kind: DiffKind.Hunk } hunk)
            return [Heading(hunk)];
        var (left, right) = (Half(old, isNew: false, leftColumns), Half(next, isNew: true, rightColumns));
        var (noLeft, noRight) = (StyledLine.Of(new string(' ', leftColumns), look.DiffContext), StyledLine.Of(new string(' ', rightColumns), look.DiffContext));
        var lines = new StyledLine[Math.Max(left.Count, right.Count)];
        for (var at = 0; at < lines.Length; at++)
        {
            var (one, other) = (at < left.Count ? left[at] : noLeft, at < right.Count ? right[at] : noRight);
            lines[at] = new StyledLine([.. Indent, .. one.Spans, new Span(" ", look.Text), .. other.Spans], indent);
        }

        return lines;
    }

    private List<StyledLine> Half(int at, bool isNew, int room)
    {
        if (at == None)
            return [];
        var row = Rows[at];
        var (sign, style) = StyleOf(row.Kind);
        var (head, blank) = (new Span($"{Number(isNew ? row.New : row.Old)} ", look.DiffNumber), new Span(new string(' ', digits + 1), look.DiffNumber));
        var lines = StyledWrap.Lines([new Span(TextOf(row), style)], room, [head, new Span(sign, style)], [blank, new Span("  ", style)]);
        for (var line = 0; line < lines.Count; line++)
            lines[line] = lines[line] with { Spans = [.. lines[line].Spans, new Span(new string(' ', Math.Max(0, room - lines[line].Width)), style)] };
        return lines;
    }

    private StyledLine Heading(DiffRow row) => new([.. Indent, new Span(Fit.Cut(TextOf(row), columns), look.DiffHunk)], indent);

    private string TextOf(DiffRow row) => show(diff.TextOf(row).ToString());

    // Removed lines stand beside the added ones that follow them.
    private List<(int Old, int New)> Pairs()
    {
        var pairs = new List<(int, int)>(Rows.Count);
        for (var at = 0; at < Rows.Count;)
        {
            if (Rows[at].Kind is DiffKind.Hunk or DiffKind.Context)
            {
                pairs.Add((at, at));
                at++;
                continue;
            }

            var removed = Run(at, DiffKind.Removed);
            var added = Run(at + removed, DiffKind.Added);
            for (var row = 0; row < Math.Max(removed, added); row++)
                pairs.Add((row < removed ? at + row : None, row < added ? at + removed + row : None));
            at += removed + added;
        }

        return pairs;
    }

    private int Run(int from, DiffKind kind)
    {
        var end = from;
        while (end < Rows.Count && Rows[end].Kind == kind)
            end++;
        return end - from;
    }

    private (string Sign, CellStyle Style) StyleOf(DiffKind kind) => kind switch
    {
        DiffKind.Added => ("+ ", look.DiffAdded),
        DiffKind.Removed => ("- ", look.DiffRemoved),
        _ => ("  ", look.DiffContext),
    };

    private static StyledLine Filled(StyledLine line, int columns, CellStyle style) =>
        style.Background.IsUnset || line.Width >= columns ? line : line with { Spans = [.. line.Spans, new Span(new string(' ', columns - line.Width), style)] };

    private string Number(int number) =>
        number == 0 ? new string(' ', digits) : number.ToString(CultureInfo.InvariantCulture).PadLeft(digits);
}
