using System.Text;

namespace MiMoCode.Terminal.Text;

/// <summary>What is shown in place of a character: no control character of any text ever reaches the terminal as itself.</summary>
internal static class SafeRune
{
    private static readonly Rune Replacement = Rune.ReplacementChar;

    /// <summary>The character itself where it is harmless, else a visible picture of it.</summary>
    public static Rune Of(Rune rune) => rune.Value switch
    {
        < 0x20 => new Rune(0x2400 + rune.Value),
        0x7F => new Rune(0x2421),
        >= 0x80 and <= 0x9F => Replacement,
        // Overrides and isolates can make a command read differently from what it does; mere direction marks cannot and have no width.
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => Replacement,
        0x2028 or 0x2029 => Replacement,
        _ => rune,
    };
}
