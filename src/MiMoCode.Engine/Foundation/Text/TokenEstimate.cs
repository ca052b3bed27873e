namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// How many tokens a text will roughly cost: four characters of plain text each, one for each ideograph, kana or Hangul syllable,
/// half a token for other letters, two for what lies outside the basic plane (emoji).
/// </summary>
internal static class TokenEstimate
{
    private const int Quarters = 4;

    public static int Of(ReadOnlySpan<char> text)
    {
        var ascii = 0L;
        var quarters = 0L;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
                ascii++;
            else
                quarters += Weight(rune.Value);
        }

        return (int)Math.Min(int.MaxValue, (ascii + quarters + Quarters - 1) / Quarters);
    }

    private static int Weight(int value) => value switch
    {
        < 0x2E80 => 2,
        <= 0x9FFF or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) => Quarters,
        >= 0x10000 => 2 * Quarters,
        _ => 3,
    };
}
