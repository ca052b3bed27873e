using System.Globalization;

namespace MiMoCode.Terminal.Text;

/// <summary>Walks text by what a reader takes for one character (a grapheme cluster), without allocating.</summary>
internal ref struct Clusters(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int start;
    private int length;

    public readonly Cluster Current
    {
        get
        {
            var span = text.Slice(start, length);
            return new Cluster(start, span, TextWidth.OfCluster(span));
        }
    }

    public readonly Clusters GetEnumerator() => this;

    public bool MoveNext()
    {
        start += length;
        length = start < text.Length ? NextLength(text[start..]) : 0;
        return length > 0;
    }

    /// <summary>Length in UTF-16 units of the first cluster of <paramref name="text"/>, which is not empty.</summary>
    public static int NextLength(ReadOnlySpan<char> text)
    {
        // Below U+0300 nothing joins, but for the pair CR LF.
        if (text[0] < 0x300 && (text.Length == 1 || text[1] < 0x300)) return text[0] == '\r' && text.Length > 1 && text[1] == '\n' ? 2 : 1;
        if (IsIdeograph(text[0]) && (text.Length == 1 || text[1] < 0x300 || IsIdeograph(text[1]))) return 1;
        return StringInfo.GetNextTextElementLength(text);
    }

    /// <summary>True for the letters of Chinese, which nothing joins and which take two columns each: most of what is not ASCII is one of them.</summary>
    public static bool IsIdeograph(char letter) => letter is >= '\u4E00' and <= '\u9FFF';

    /// <summary>Start of the cluster that ends at or spans <paramref name="index"/>; 0 at the beginning.</summary>
    public static int PreviousStart(ReadOnlySpan<char> text, int index)
    {
        // Clusters can only be found going forward; a line break or a plain space is a safe place to begin.
        var from = Math.Max(0, index - 1);
        while (from > 0 && text[from] is not ('\n' or ' ')) from--;
        var previous = from;
        while (from < index)
        {
            previous = from;
            from += NextLength(text[from..]);
        }

        return previous;
    }
}

/// <summary>One grapheme cluster.</summary>
/// <param name="start">Where it begins in the text, in UTF-16 units.</param>
/// <param name="text">Its characters.</param>
/// <param name="width">Columns it takes: 0, 1 or 2.</param>
internal readonly ref struct Cluster(int start, ReadOnlySpan<char> text, int width)
{
    public int Start { get; } = start;

    public ReadOnlySpan<char> Text { get; } = text;

    public int Width { get; } = width;

    public int End => Start + Text.Length;
}
