using System.Globalization;
using System.Text;

namespace MiMoCode.App.Tui.Asking;

/// <summary>
/// A text as someone must see it who is asked about it: what takes no column, looks like a space and is none, or changes how its
/// neighbours read stands there by its number. What is left is drawn as everything is, control characters as pictures.
/// </summary>
internal static class Disclosed
{
    // A letter has one or two marks in every script that is written; towers of them hide something.
    private const int MostMarks = 3;
    private const int FirstSymbol = 0x2190;
    private const int Joiner = 0x200D;

    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '~'))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        var (marks, before) = (0, 0);
        for (var at = 0; at < text.Length;)
        {
            var isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            var value = isWhole ? rune.Value : text[at];
            var length = isWhole ? rune.Utf16SequenceLength : 1;
            var next = Rune.TryGetRuneAt(text, Math.Min(at + length, text.Length - 1), out var after) ? after.Value : 0;
            marks = isWhole && IsMark(rune) ? marks + 1 : 0;
            if (!isWhole || marks > MostMarks || !IsHonest(rune, before, next))
                shown.Append(CultureInfo.InvariantCulture, $"‹U+{value:X4}›");
            else
                shown.Append(text, at, length);
            before = value;
            at += length;
        }

        return shown.ToString();
    }

    private static bool IsHonest(Rune rune, int before, int next) => rune.Value switch
    {
        <= '~' => true,
        Joiner => before >= FirstSymbol && next >= FirstSymbol,   // a family, a flag: pictures made of pictures
        0xFE0E or 0xFE0F => before >= FirstSymbol || before is '#' or '*' or (>= '0' and <= '9') or 0xA9 or 0xAE,
        >= 0xFE00 and <= 0xFE0D or >= 0xE0100 and <= 0xE01EF => false,
        0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F => false,   // letters that are blank
        _ => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.SpaceSeparator => rune.Value == 0x3000,
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate => false,
            _ => true,
        },
    };

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
