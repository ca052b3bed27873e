using System.Globalization;

namespace MiMoCode.Terminal.Screen;

/// <summary>A colour of text or ground: the terminal's own (unset), one of its palette of 256, or red, green and blue.</summary>
public readonly record struct Color
{
    private readonly uint packed;   // kind in the top byte: 0 unset, 1 palette, 2 rgb

    private Color(uint packed) => this.packed = packed;

    /// <summary>Not set: as below it, and at the bottom the terminal's own.</summary>
    public static Color Unset => default;

    /// <summary>True when this is <see cref="Unset"/>.</summary>
    public bool IsUnset => packed == 0;

    /// <summary>True for red, green and blue.</summary>
    public bool IsRgb => packed >> 24 == 2;

    /// <summary>True for a palette index.</summary>
    public bool IsPalette => packed >> 24 == 1;

    /// <summary>The palette index, if it is one.</summary>
    public byte Index => (byte)packed;

    /// <summary>Red, if it is RGB.</summary>
    public byte Red => (byte)(packed >> 16);

    /// <summary>Green, if it is RGB.</summary>
    public byte Green => (byte)(packed >> 8);

    /// <summary>Blue, if it is RGB.</summary>
    public byte Blue => (byte)packed;

    /// <summary>One of the terminal's 256 colours; the first 16 are those its user chose.</summary>
    public static Color Palette(byte index) => new(1u << 24 | index);

    /// <summary>A colour by its parts.</summary>
    public static Color Rgb(byte red, byte green, byte blue) => new(2u << 24 | (uint)(red << 16 | green << 8 | blue));

    /// <summary>Reads <c>#rgb</c>, <c>#rrggbb</c>, a palette number 0–255, or <c>none</c>.</summary>
    public static bool TryParse(string text, out Color color)
    {
        color = default;
        if (text is "none" or "transparent") return true;
        if (byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            color = Palette(index);
            return true;
        }

        if (text is not ['#', .. var hex]) return false;
        if (hex.Length == 3) hex = string.Concat(hex.Select(c => new string(c, 2)));
        if (hex.Length != 6 || !uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)) return false;
        color = new Color(2u << 24 | rgb);
        return true;
    }

    /// <summary>This colour laid over <paramref name="ground"/> with the given opacity (0 to 1); only RGB colours mix.</summary>
    public Color Over(Color ground, double opacity)
    {
        if (!IsRgb || !ground.IsRgb) return this;
        return Rgb(Mix(Red, ground.Red), Mix(Green, ground.Green), Mix(Blue, ground.Blue));

        byte Mix(byte over, byte under) => (byte)Math.Round(over * opacity + under * (1 - opacity));
    }
}
