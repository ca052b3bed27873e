namespace MiMoCode.Terminal.Screen;

/// <summary>Writes the shortest change from the style that the terminal has to the one that comes next.</summary>
internal sealed class StyleWriter(ByteSink sink, ColorDepth depth)
{
    private CellStyle current;
    private bool opened;

    public void Set(CellStyle wanted)
    {
        if (wanted == current) return;
        var next = new CellStyle(
            ColorDepths.Reduce(wanted.Foreground, depth), ColorDepths.Reduce(wanted.Background, depth), wanted.Attributes);
        if (next == current) return;
        if (next == CellStyle.Plain)
        {
            Forget();
            return;
        }

        opened = false;
        Attributes(current.Attributes, next.Attributes);
        if (next.Foreground != current.Foreground) ColorOf(next.Foreground, 30);
        if (next.Background != current.Background) ColorOf(next.Background, 40);
        sink.Add((byte)'m');
        current = next;
    }

    /// <summary>Makes the terminal plain, whatever it was.</summary>
    public void Forget()
    {
        sink.Add("\e[m"u8);
        current = CellStyle.Plain;
    }

    private void Attributes(TextAttributes from, TextAttributes to)
    {
        const TextAttributes Weight = TextAttributes.Bold | TextAttributes.Dim;
        var gone = from & ~to;
        if ((gone & Weight) != 0)
        {
            Parameter(22);   // takes both away
            from &= ~Weight;
        }

        if ((gone & TextAttributes.Italic) != 0) Parameter(23);
        if ((gone & TextAttributes.Underline) != 0) Parameter(24);
        if ((gone & TextAttributes.Inverse) != 0) Parameter(27);
        if ((gone & TextAttributes.Strike) != 0) Parameter(29);
        var added = to & ~from;
        if ((added & TextAttributes.Bold) != 0) Parameter(1);
        if ((added & TextAttributes.Dim) != 0) Parameter(2);
        if ((added & TextAttributes.Italic) != 0) Parameter(3);
        if ((added & TextAttributes.Underline) != 0) Parameter(4);
        if ((added & TextAttributes.Inverse) != 0) Parameter(7);
        if ((added & TextAttributes.Strike) != 0) Parameter(9);
    }

    private void ColorOf(Color color, int first)
    {
        if (color.IsUnset) Parameter(first + 9);
        else if (color.IsPalette && color.Index < 8) Parameter(first + color.Index);
        else if (color.IsPalette && color.Index < 16) Parameter(first + 60 + color.Index - 8);
        else if (color.IsPalette) Parameters([first + 8, 5, color.Index]);
        else Parameters([first + 8, 2, color.Red, color.Green, color.Blue]);
    }

    private void Parameters(ReadOnlySpan<int> values)
    {
        foreach (var value in values) Parameter(value);
    }

    private void Parameter(int value)
    {
        sink.Add(opened ? ";"u8 : "\e["u8);
        opened = true;
        sink.AddNumber(value);
    }
}
