namespace MiMoCode.Terminal.Text;

/// <summary>Makes text fit a number of columns, always cutting between grapheme clusters.</summary>
public static class Fit
{
    /// <summary>How many UTF-16 units of <paramref name="text"/> fit into <paramref name="columns"/>.</summary>
    public static int Length(ReadOnlySpan<char> text, int columns)
    {
        foreach (var cluster in new Clusters(text))
        {
            columns -= cluster.Width;
            if (columns < 0) return cluster.Start;
        }

        return text.Length;
    }

    /// <summary>The text, or its beginning and an ellipsis when it is wider than <paramref name="columns"/>.</summary>
    public static string Cut(string text, int columns)
    {
        if (columns <= 0) return "";
        return TextWidth.Of(text) <= columns ? text : string.Concat(text.AsSpan(0, Length(text, columns - 1)), "…");
    }

    /// <summary>The text with its middle replaced by an ellipsis when too wide: good for paths, whose end tells most.</summary>
    public static string CutMiddle(string text, int columns)
    {
        if (columns <= 2) return Cut(text, columns);
        var width = TextWidth.Of(text);
        if (width <= columns) return text;
        var head = Length(text, (columns - 1) / 3);
        var headWidth = TextWidth.Of(text.AsSpan(0, head));
        var tail = head;
        var tailWidth = width - headWidth;
        foreach (var cluster in new Clusters(text.AsSpan(head)))
        {
            if (tailWidth <= columns - 1 - headWidth) break;
            tailWidth -= cluster.Width;
            tail = head + cluster.End;
        }

        return string.Concat(text.AsSpan(0, head), "…", text.AsSpan(tail));
    }

    /// <summary>The text cut or filled with spaces at its end to exactly <paramref name="columns"/>.</summary>
    public static string Pad(string text, int columns)
    {
        var cut = Cut(text, columns);
        return cut + new string(' ', Math.Max(0, columns - TextWidth.Of(cut)));
    }
}
