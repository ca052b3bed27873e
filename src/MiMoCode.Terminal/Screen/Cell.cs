namespace MiMoCode.Terminal.Screen;

/// <summary>
/// One place of the screen. <paramref name="Glyph"/> is a code point, the bitwise complement of an index into a
/// <see cref="ClusterTable"/>, or <see cref="RightHalf"/>.
/// </summary>
internal readonly record struct Cell(int Glyph, CellStyle Style)
{
    /// <summary>The glyph of the second column of a wide character.</summary>
    public const int RightHalf = 0;

    public static Cell Blank => new(' ', default);

    public bool IsRightHalf => Glyph == RightHalf;
}
