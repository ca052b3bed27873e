namespace MiMoCode.Terminal.Screen;

/// <summary>How many colours a terminal shows.</summary>
public enum ColorDepth
{
    /// <summary>None: bold, dim, underline and inverse still work.</summary>
    None,

    /// <summary>The sixteen of its user's palette.</summary>
    Ansi16,

    /// <summary>The palette of 256.</summary>
    Palette256,

    /// <summary>Red, green and blue as given.</summary>
    TrueColor,
}

/// <summary>Finds the nearest colour that a terminal can show.</summary>
internal static class ColorDepths
{
    // The usual values of the first sixteen; users change them, but seldom beyond recognition.
    private static ReadOnlySpan<uint> Sixteen =>
    [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ];

    private static ReadOnlySpan<byte> CubeSteps => [0, 95, 135, 175, 215, 255];

    public static Color Reduce(Color color, ColorDepth depth) => depth switch
    {
        ColorDepth.TrueColor => color,
        _ when color.IsUnset => color,
        ColorDepth.None => Color.Unset,
        ColorDepth.Palette256 => color.IsRgb ? Color.Palette(Nearest256(color)) : color,
        _ => color.IsPalette && color.Index < 16 ? color : Color.Palette(Nearest16(color.IsRgb ? color : RgbOf(color.Index))),
    };

    private static byte Nearest256(Color color)
    {
        int r = Step(color.Red), g = Step(color.Green), b = Step(color.Blue);
        var cube = Color.Rgb(CubeSteps[r], CubeSteps[g], CubeSteps[b]);
        var level = Math.Clamp(((color.Red + color.Green + color.Blue) / 3 - 3) / 10, 0, 23);
        var gray = RgbOf((byte)(232 + level));
        return Distance(color, gray) < Distance(color, cube) ? (byte)(232 + level) : (byte)(16 + 36 * r + 6 * g + b);

        static int Step(byte value) => value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;
    }

    private static byte Nearest16(Color color)
    {
        var best = 0;
        for (var i = 1; i < Sixteen.Length; i++)
        {
            if (Distance(color, FromPacked(Sixteen[i])) < Distance(color, FromPacked(Sixteen[best]))) best = i;
        }

        return (byte)best;
    }

    private static Color RgbOf(byte index)
    {
        if (index < 16) return FromPacked(Sixteen[index]);
        if (index >= 232) return Gray((byte)(8 + 10 * (index - 232)));
        var cube = index - 16;
        return Color.Rgb(CubeSteps[cube / 36], CubeSteps[cube / 6 % 6], CubeSteps[cube % 6]);

        static Color Gray(byte level) => Color.Rgb(level, level, level);
    }

    private static Color FromPacked(uint rgb) => Color.Rgb((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);

    private static int Distance(Color a, Color b)
    {
        int red = a.Red - b.Red, green = a.Green - b.Green, blue = a.Blue - b.Blue;
        return 2 * red * red + 4 * green * green + 3 * blue * blue;   // the eye sees green best
    }
}
