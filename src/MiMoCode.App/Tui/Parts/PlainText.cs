using System.Text;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>Makes lines of what programs print. Their colours and cursor games are dropped; other control characters stay visible.</summary>
internal static class PlainText
{
    private const int TabStop = 4;

    /// <summary>The text without terminal sequences; a line that a program wrote over shows what it wrote last; tabs are spaces.</summary>
    public static string Clean(string text)
    {
        if (text.AsSpan().IndexOfAny('\e', '\r', '\t') < 0)
            return text;
        var clean = new StringBuilder(text.Length);
        var lineStart = 0;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\e':
                    at = EndOfSequence(text, at);
                    break;
                case '\r' when at + 1 < text.Length && text[at + 1] is not ('\n' or '\r'):
                    clean.Length = lineStart;
                    break;
                case '\r':
                    break;
                case '\t':
                    clean.Append(' ', TabStop - (clean.Length - lineStart) % TabStop);
                    break;
                case '\n':
                    clean.Append('\n');
                    lineStart = clean.Length;
                    break;
                default:
                    clean.Append(text[at]);
                    break;
            }
        }

        return clean.ToString();
    }

    /// <summary>The text wrapped into lines of one style; what is beyond <paramref name="most"/> is counted in a last line.</summary>
    public static IReadOnlyList<StyledLine> Lines(string text, int columns, CellStyle style, int most = int.MaxValue, CellStyle? rest = null, int indent = 0)
    {
        Span[] before = indent > 0 ? [new Span(new string(' ', indent), default)] : [];
        if (most == int.MaxValue)
        {
            var all = Rows(text).ToList();
            return new LazyLines(all.Count, row => WordWrap.Count(all[row].Span, columns - indent), row => LinesOf(all[row]));
        }

        var lines = new List<StyledLine>();
        foreach (var row in Rows(text))
        {
            lines.AddRange(LinesOf(row));
            if (lines.Count > most)
                break;
        }

        if (lines.Count <= most)
            return lines;
        lines.RemoveRange(most, lines.Count - most);
        var left = text.AsSpan().TrimEnd('\n').Count('\n') + 1 - most;
        lines.Add(new StyledLine([.. before, new Span($"… {Math.Max(1, left)} more lines", rest ?? style)], indent));
        return lines;

        List<StyledLine> LinesOf(TextRow row)
        {
            var made = StyledWrap.Lines([new Span(row.Span.ToString(), style)], columns, before, before);
            if (row.GoesOn)
                made[^1] = made[^1] with { Continues = true };
            return made;
        }
    }

    /// <summary>A line longer than this is taken in pieces, so that no more of it is laid out than is seen.</summary>
    public const int LongestRow = 8192;

    /// <summary>Where to end a piece of a long line that begins at a place.</summary>
    public static int EndOfPiece(ReadOnlySpan<char> line, int from)
    {
        var end = from + LongestRow;
        if (end >= line.Length)
            return line.Length;
        var space = line[from..end].LastIndexOf(' ');
        return space > LongestRow / 2 ? from + space + 1 : char.IsLowSurrogate(line[end]) ? end - 1 : end;
    }

    private static IEnumerable<TextRow> Rows(string text)
    {
        var length = text.AsSpan().TrimEnd('\n').Length;
        for (var start = 0; start <= length;)
        {
            var feed = text.AsSpan(start, length - start).IndexOf('\n');
            var end = feed < 0 ? length : start + feed;
            var isPlain = text.AsSpan(start, end - start).IndexOfAny('\e', '\r', '\t') < 0;
            var (source, from, to) = isPlain ? (text, start, end) : Whole(Clean(text[start..end]));
            while (to - from > LongestRow)
            {
                var piece = from + EndOfPiece(source.AsSpan(from, to - from), 0);
                yield return new TextRow(source, from, piece - from, GoesOn: true);
                from = piece;
            }

            yield return new TextRow(source, from, to - from, GoesOn: false);
            start = end + 1;
        }

        static (string, int, int) Whole(string line) => (line, 0, line.Length);
    }

    /// <summary>The first line, for a row of its own.</summary>
    public static string FirstLine(string text) => Clean(text.AsSpan().IndexOf('\n') is >= 0 and var end ? text[..end] : text).Trim();

    private static int EndOfSequence(string text, int at)
    {
        if (at + 1 >= text.Length)
            return at;
        switch (text[at + 1])
        {
            case '[':
                for (at += 2; at < text.Length && text[at] is not (>= '@' and <= '~'); at++)
                {
                }

                return at;
            case ']' or 'P' or '_' or '^' or 'X':
                for (at += 2; at < text.Length && text[at] is not ('\a' or '\e' or '\n'); at++)
                {
                }

                return at < text.Length && text[at] == '\e' ? at + 1 : at;
            default:
                return at + 1;
        }
    }
}

/// <summary>A line of a text, or a piece of a long one that goes on in the next.</summary>
internal readonly record struct TextRow(string Source, int Start, int Length, bool GoesOn)
{
    public ReadOnlySpan<char> Span => Source.AsSpan(Start, Length);
}
