namespace MiMoCode.Terminal.Text;

/// <summary>Breaks text into lines: after spaces, hyphens and wide characters, inside a word only when it is longer than a line.</summary>
public static class WordWrap
{
    /// <summary>Lines of <paramref name="text"/> as ranges into it; spaces at a break and line feeds belong to no line. At least one.</summary>
    public static List<Range> Lines(ReadOnlySpan<char> text, int columns)
    {
        var lines = new List<Range>();
        var start = 0;
        while (true)
        {
            var feed = text[start..].IndexOf('\n');
            var end = feed < 0 ? text.Length : start + feed;
            Paragraph(text, start, end, Math.Max(1, columns), lines);
            if (feed < 0) return lines;
            start = end + 1;
        }
    }

    /// <summary>How many lines <see cref="Lines"/> makes.</summary>
    public static int Count(ReadOnlySpan<char> text, int columns) =>
        text.Length <= columns && !text.Contains('\n') && (text.Length * 2 <= columns || TextWidth.Of(text) <= columns) ? 1 : Lines(text, columns).Count;

    private static void Paragraph(ReadOnlySpan<char> text, int start, int end, int columns, List<Range> lines)
    {
        int lineStart = start, used = 0;
        int breakEnd = -1, breakNext = -1, breakUsed = 0;   // the last chance: line would end here, next begin there, columns up to there
        for (int at = start, next; at < end; at = next)
        {
            (next, var width) = Next(text[..end], at);
            var space = text[at] == ' ';
            if (!space && used + width > columns && at > lineStart)
            {
                if (breakEnd == lineStart) (lineStart, used) = (breakNext, used - breakUsed);   // nothing but indentation: it gives way
                else if (breakEnd > lineStart) (lineStart, used) = Close(lineStart, breakEnd, breakNext, used - breakUsed);
                else (lineStart, used) = Close(lineStart, at, at, 0);
                breakEnd = -1;
                if (used + width > columns && at > lineStart) (lineStart, used) = Close(lineStart, at, at, 0);
            }

            used += width;
            if (space) (breakEnd, breakNext, breakUsed) = (at > lineStart && breakNext == at && text[at - 1] == ' ' ? breakEnd : at, next, used);
            else if (width == 2 || text[at] is '-' or '/') (breakEnd, breakNext, breakUsed) = (next, next, used);
        }

        var last = SpacesFrom(text, lineStart, end);
        lines.Add(lineStart..(used > columns ? last : end));

        (int, int) Close(int from, int to, int next, int rest)
        {
            lines.Add(from..to);
            return (next, rest);
        }
    }

    // Where the cluster at a place ends, and its columns; at once for plain letters, which most are.
    private static (int End, int Width) Next(ReadOnlySpan<char> text, int at)
    {
        if (text[at] is >= ' ' and < '\u0300' && (at + 1 == text.Length || text[at + 1] < '\u0300')) return (at + 1, 1);
        var end = at + Clusters.NextLength(text[at..]);
        return (end, TextWidth.OfCluster(text[at..end]));
    }

    // Where the spaces before `at` begin.
    private static int SpacesFrom(ReadOnlySpan<char> text, int lineStart, int at)
    {
        while (at > lineStart && text[at - 1] == ' ') at--;
        return at;
    }
}
