using System.Globalization;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>What a row of a diff is.</summary>
internal enum DiffKind
{
    Context,
    Added,
    Removed,
    Hunk,
}

/// <summary>A row of a diff; a line number of 0 is none.</summary>
internal readonly record struct DiffRow(DiffKind Kind, int Old, int New, string Text);

/// <summary>Draws unified diffs: one column, or old and new side by side.</summary>
internal static class DiffLines
{
    /// <summary>From this many columns on, old and new fit side by side.</summary>
    public const int SplitFrom = 120;

    /// <summary>The rows of a unified diff, without its file headings.</summary>
    public static List<DiffRow> Parse(string diff)
    {
        var rows = new List<DiffRow>();
        int old = 0, next = 0;
        var inHunk = false;
        foreach (var line in diff.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                (old, next, inHunk) = (NumberAfter(line, '-'), NumberAfter(line, '+'), true);
                rows.Add(new DiffRow(DiffKind.Hunk, 0, 0, line.ToString()));
            }
            else if (inHunk && line is ['+', ..])
                rows.Add(new DiffRow(DiffKind.Added, 0, next++, PlainText.Clean(line[1..].ToString())));
            else if (inHunk && line is ['-', ..])
                rows.Add(new DiffRow(DiffKind.Removed, old++, 0, PlainText.Clean(line[1..].ToString())));
            else if (inHunk && line is [' ', ..])
                rows.Add(new DiffRow(DiffKind.Context, old++, next++, PlainText.Clean(line[1..].ToString())));
            else if (line is not ['\\', ..])
                inHunk = false;
        }

        return rows;
    }

    /// <summary>The diff as lines.</summary>
    public static IReadOnlyList<StyledLine> Of(string diff, int columns, bool split, Look look)
    {
        var rows = Parse(diff);
        var digits = rows.Count == 0 ? 1 : rows.Max(row => Math.Max(row.Old, row.New)).ToString(CultureInfo.InvariantCulture).Length;
        return split && columns >= SplitFrom
            ? [.. Pairs(rows).SelectMany(pair => Split(pair.Old, pair.New, columns, digits, look))]
            : [.. rows.SelectMany(row => Unified(row, columns, digits, look))];
    }

    private static IEnumerable<StyledLine> Unified(DiffRow row, int columns, int digits, Look look)
    {
        if (row.Kind is DiffKind.Hunk)
            return [StyledLine.Of(Fit.Cut(row.Text, columns), look.DiffHunk)];
        var (sign, style) = StyleOf(row.Kind, look);
        var head = new Span($"{Number(row.Old, digits)} {Number(row.New, digits)} ", look.DiffNumber);
        var blank = new Span(new string(' ', head.Text.Length), look.DiffNumber);
        var lines = StyledWrap.Lines([new Span(row.Text, style)], columns, [head, new Span(sign, style)], [blank, new Span("  ", style)]);
        return lines.Select(line => Filled(line, columns, style));
    }

    private static IEnumerable<StyledLine> Split(DiffRow? old, DiffRow? next, int columns, int digits, Look look)
    {
        if (old is { Kind: DiffKind.Hunk } hunk)
            return [StyledLine.Of(Fit.Cut(hunk.Text, columns), look.DiffHunk)];
        var half = (columns - 1) / 2;
        var (left, right) = (Half(old, old?.Old ?? 0, half, digits, look), Half(next, next?.New ?? 0, columns - half - 1, digits, look));
        var (noLeft, noRight) = (StyledLine.Of(new string(' ', half), look.DiffContext), StyledLine.Of(new string(' ', columns - half - 1), look.DiffContext));
        return Enumerable.Range(0, Math.Max(left.Count, right.Count)).Select(row => new StyledLine(
            [.. (row < left.Count ? left[row] : noLeft).Spans, new Span(" ", look.Text), .. (row < right.Count ? right[row] : noRight).Spans]));
    }

    private static List<StyledLine> Half(DiffRow? row, int number, int columns, int digits, Look look)
    {
        if (row is not { } shown)
            return [];
        var (sign, style) = StyleOf(shown.Kind, look);
        var (head, blank) = (new Span($"{Number(number, digits)} ", look.DiffNumber), new Span(new string(' ', digits + 1), look.DiffNumber));
        var lines = StyledWrap.Lines([new Span(shown.Text, style)], columns, [head, new Span(sign, style)], [blank, new Span("  ", style)]);
        return [.. lines.Select(line => line with { Spans = [.. line.Spans, new Span(new string(' ', Math.Max(0, columns - line.Width)), style)] })];
    }

    // Removed lines stand beside the added ones that follow them.
    private static IEnumerable<(DiffRow? Old, DiffRow? New)> Pairs(List<DiffRow> rows)
    {
        for (var at = 0; at < rows.Count;)
        {
            if (rows[at].Kind is DiffKind.Hunk or DiffKind.Context)
            {
                yield return (rows[at], rows[at]);
                at++;
                continue;
            }

            var removed = Run(rows, at, DiffKind.Removed);
            var added = Run(rows, at + removed, DiffKind.Added);
            for (var row = 0; row < Math.Max(removed, added); row++)
                yield return (row < removed ? rows[at + row] : null, row < added ? rows[at + removed + row] : null);
            at += removed + added;
        }
    }

    private static int Run(List<DiffRow> rows, int from, DiffKind kind)
    {
        var end = from;
        while (end < rows.Count && rows[end].Kind == kind)
            end++;
        return end - from;
    }

    private static (string Sign, CellStyle Style) StyleOf(DiffKind kind, Look look) => kind switch
    {
        DiffKind.Added => ("+ ", look.DiffAdded),
        DiffKind.Removed => ("- ", look.DiffRemoved),
        _ => ("  ", look.DiffContext),
    };

    private static StyledLine Filled(StyledLine line, int columns, CellStyle style) =>
        style.Background.IsUnset || line.Width >= columns ? line : line with { Spans = [.. line.Spans, new Span(new string(' ', columns - line.Width), style)] };

    private static string Number(int number, int digits) =>
        number == 0 ? new string(' ', digits) : number.ToString(CultureInfo.InvariantCulture).PadLeft(digits);

    private static int NumberAfter(ReadOnlySpan<char> line, char sign)
    {
        var at = line.IndexOf(sign);
        if (at < 0)
            return 1;
        var digits = line[(at + 1)..];
        var end = 0;
        while (end < digits.Length && char.IsAsciiDigit(digits[end]))
            end++;
        return int.TryParse(digits[..end], CultureInfo.InvariantCulture, out var number) ? number : 1;
    }
}
