using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Text;

/// <summary>A stretch of text in one style.</summary>
public readonly record struct Span(string Text, CellStyle Style);

/// <summary>A line ready to be drawn.</summary>
/// <param name="Spans">Its parts from left to right.</param>
/// <param name="Gutter">Columns at its beginning that decorate and are not copied: bars, bullets of a wrapped item, line numbers.</param>
/// <param name="Continues">True if the text goes on in the next line: copying puts no line break between.</param>
public sealed record StyledLine(IReadOnlyList<Span> Spans, int Gutter = 0, bool Continues = false)
{
    /// <summary>A line without text.</summary>
    public static StyledLine Empty { get; } = new([]);

    /// <summary>Columns it takes.</summary>
    public int Width => Spans.Sum(span => TextWidth.Of(span.Text));

    /// <summary>A line of one style.</summary>
    public static StyledLine Of(string text, CellStyle style) => new([new Span(text, style)]);

    /// <summary>The text without styles.</summary>
    public override string ToString() => string.Concat(Spans.Select(span => span.Text));

    /// <summary>Draws it from (x, y).</summary>
    public int Draw(Canvas canvas, int x, int y)
    {
        foreach (var span in Spans) x = canvas.Write(x, y, span.Text, span.Style);
        return x;
    }
}
