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
    public static List<StyledLine> Lines(string text, int columns, CellStyle style, int most = int.MaxValue, CellStyle? rest = null)
    {
        var source = Clean(text).TrimEnd('\n').Split('\n');
        var lines = new List<StyledLine>();
        foreach (var line in source)
        {
            if (lines.Count > most)
                break;
            lines.AddRange(StyledWrap.Lines([new Span(line, style)], columns));
        }

        if (lines.Count <= most)
            return lines;
        lines.RemoveRange(most, lines.Count - most);
        lines.Add(StyledLine.Of($"… {Math.Max(1, source.Length - most)} more lines", rest ?? style));
        return lines;
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
