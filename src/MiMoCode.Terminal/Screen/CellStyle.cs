namespace MiMoCode.Terminal.Screen;

/// <summary>How letters are drawn, besides their colour.</summary>
[Flags]
public enum TextAttributes
{
    /// <summary>Plain.</summary>
    None = 0,

    /// <summary>Heavier.</summary>
    Bold = 1,

    /// <summary>Fainter.</summary>
    Dim = 2,

    /// <summary>Slanted.</summary>
    Italic = 4,

    /// <summary>With a line under it.</summary>
    Underline = 8,

    /// <summary>Ground and text exchanged.</summary>
    Inverse = 16,

    /// <summary>With a line through it.</summary>
    Strike = 32,
}

/// <summary>Colours and attributes of a cell; what is unset shows what is below.</summary>
/// <param name="Foreground">Colour of the text.</param>
/// <param name="Background">Colour of the ground.</param>
/// <param name="Attributes">Weight, slant, lines.</param>
public readonly record struct CellStyle(Color Foreground, Color Background = default, TextAttributes Attributes = TextAttributes.None)
{
    /// <summary>The terminal's own colours, no attributes.</summary>
    public static CellStyle Plain => default;

    /// <summary>This style on another ground.</summary>
    public CellStyle On(Color background) => this with { Background = background };

    /// <summary>This style with more attributes.</summary>
    public CellStyle With(TextAttributes attributes) => this with { Attributes = Attributes | attributes };

    /// <summary>This style laid over another: what is set here wins, attributes add up.</summary>
    public CellStyle Over(CellStyle below) => new(
        Foreground.IsUnset ? below.Foreground : Foreground,
        Background.IsUnset ? below.Background : Background,
        Attributes | below.Attributes);
}
