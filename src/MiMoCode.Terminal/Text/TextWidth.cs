using System.Text;

namespace MiMoCode.Terminal.Text;

/// <summary>How many columns text takes on the screen. Ambiguous characters are narrow; a cluster never takes more than two.</summary>
public static class TextWidth
{
    private const int EmojiPresentation = 0xFE0F;
    private const byte Picture = 3;

    /// <summary>Columns of <paramref name="text"/> as it would be drawn on one line.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        var plain = text.IndexOfAnyExceptInRange(' ', '~');
        if (plain < 0) return text.Length;
        // The last plain letter may be the first of a cluster.
        var columns = Math.Max(0, plain - 1);
        foreach (var cluster in new Clusters(text[columns..])) columns += cluster.Width;
        return columns;
    }

    /// <summary>Columns of one grapheme cluster: 0 (not drawn), 1 or 2.</summary>
    internal static int OfCluster(ReadOnlySpan<char> cluster)
    {
        if (cluster.Length == 1 && cluster[0] < 0x300) return 1;   // the control characters below 0xA0 are drawn as pictures
        if (cluster.Length == 1 && Clusters.IsIdeograph(cluster[0])) return 2;
        var width = 0;
        var picture = false;
        var flags = 0;
        foreach (var rune in cluster.EnumerateRunes())
        {
            if (rune.Value == EmojiPresentation && picture) return 2;
            if (rune.Value is >= 0x1F1E6 and <= 0x1F1FF && ++flags == 2) return 2;
            if (width > 0) continue;
            var kind = Class(SafeRune.Of(rune));
            picture = kind == Picture;
            width = picture ? 1 : kind;
        }

        return width;
    }

    private static byte Class(Rune rune)
    {
        var at = MemoryExtensions.BinarySearch<int, int>(WidthTable.Starts, rune.Value);   // the shorter call would box
        return WidthTable.Classes[at >= 0 ? at : ~at - 1];
    }
}
