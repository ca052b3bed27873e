namespace MiMoCode.Terminal.Text;

/// <summary>Wraps text of several styles.</summary>
public static class StyledWrap
{
    /// <summary>Lines of at most <paramref name="columns"/>, each begun by <paramref name="first"/> or <paramref name="others"/>.</summary>
    /// <param name="spans">The text; it may hold line feeds.</param>
    /// <param name="columns">Columns including what a line begins with.</param>
    /// <param name="first">What the first line begins with.</param>
    /// <param name="others">What the others begin with.</param>
    public static List<StyledLine> Lines(IReadOnlyList<Span> spans, int columns, IReadOnlyList<Span>? first = null, IReadOnlyList<Span>? others = null)
    {
        var indent = Math.Max(Columns(first), Columns(others));
        var text = string.Concat(spans.Select(span => span.Text));
        var ranges = WordWrap.Lines(text, columns - indent);
        var lines = new List<StyledLine>(ranges.Count);
        for (var i = 0; i < ranges.Count; i++)
        {
            var (start, length) = ranges[i].GetOffsetAndLength(text.Length);
            var prefix = (i == 0 ? first : others) ?? [];
            var continues = i + 1 < ranges.Count && !text.AsSpan(start + length, ranges[i + 1].Start.Value - start - length).Contains('\n');
            lines.Add(new StyledLine([.. prefix, .. Slice(spans, start, length)], Columns(prefix), continues));
        }

        return lines;
    }

    /// <summary>A part of styled text.</summary>
    public static IEnumerable<Span> Slice(IReadOnlyList<Span> spans, int start, int length)
    {
        foreach (var span in spans)
        {
            if (length <= 0) yield break;
            if (start >= span.Text.Length)
            {
                start -= span.Text.Length;
                continue;
            }

            var taken = Math.Min(length, span.Text.Length - start);
            yield return span with { Text = span.Text.Substring(start, taken) };
            length -= taken;
            start = 0;
        }
    }

    private static int Columns(IReadOnlyList<Span>? spans) => spans?.Sum(span => TextWidth.Of(span.Text)) ?? 0;
}
