using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// A text as models see it, every line ending one \n, together with the way back to the text as it stands in the file.
/// A file whose only endings are lone carriage returns is understood too.
/// </summary>
internal sealed class LineEndings
{
    // For each ending that is longer than one character: where its \n stands in Plain. Everything before is shifted by its index.
    private readonly List<int> wide = [];
    private readonly bool onlyReturns;

    public LineEndings(string text)
    {
        Original = text;
        onlyReturns = !text.Contains('\n') && text.Contains('\r');
        Plain = onlyReturns ? text.Replace('\r', '\n') : ToPlain(text, wide);
    }

    public string Original { get; }

    /// <summary>The text with \n endings only.</summary>
    public string Plain { get; }

    /// <summary>The place in <see cref="Original"/> of a place in <see cref="Plain"/>; never inside an ending.</summary>
    public int OriginalOffset(int plainOffset)
    {
        var found = wide.BinarySearch(plainOffset);
        return plainOffset + (found < 0 ? ~found : found);
    }

    /// <summary>Text with \n endings, spelt with the ending that the file uses next to a place of <see cref="Plain"/>.</summary>
    public string Adopt(string plain, int plainOffset)
    {
        var ending = EndingNear(plainOffset);
        return ending == "\n" ? plain : plain.Replace("\n", ending, StringComparison.Ordinal);
    }

    /// <summary>Whether the file has an ending at all; if not, new text keeps its own.</summary>
    public bool HasAny => Plain.Contains('\n');

    /// <summary>\r\n becomes \n; a lone \r stays, it is a character.</summary>
    public static string Unify(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    private string EndingNear(int plainOffset)
    {
        if (onlyReturns)
            return "\r";
        var at = plainOffset < Plain.Length ? Plain.IndexOf('\n', plainOffset) : -1;
        if (at < 0 && plainOffset > 0)
            at = Plain.LastIndexOf('\n', Math.Min(plainOffset, Plain.Length) - 1);
        return at >= 0 && wide.BinarySearch(at) >= 0 ? "\r\n" : "\n";
    }

    private static string ToPlain(string text, List<int> wide)
    {
        if (!text.Contains("\r\n", StringComparison.Ordinal))
            return text;
        var plain = new StringBuilder(text.Length);
        var from = 0;
        for (int at; (at = text.IndexOf("\r\n", from, StringComparison.Ordinal)) >= 0; from = at + 1)
        {
            plain.Append(text, from, at - from);
            wide.Add(plain.Length);
        }

        return plain.Append(text, from, text.Length - from).ToString();
    }
}
