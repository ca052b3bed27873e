using System.Buffers;
using System.Text;

namespace MiMoCode.Terminal.Input;

/// <summary>Makes pasted text fit for a text field.</summary>
internal static class PastedText
{
    // All control characters but the line feed and the tab.
    private static readonly SearchValues<char> Unfit =
        SearchValues.Create([.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(letter => char.IsControl(letter) && letter is not ('\n' or '\t'))]);

    /// <summary>Line ends become line feeds; of the other control characters only tabs stay.</summary>
    public static string Clean(string text)
    {
        var rest = text.AsSpan();
        if (!rest.ContainsAny(Unfit)) return text;
        var clean = new StringBuilder(text.Length);
        for (int at; (at = rest.IndexOfAny(Unfit)) >= 0; rest = rest[(at + 1)..])
        {
            clean.Append(rest[..at]);
            // Of a pair the line feed stays.
            if (rest[at] == '\r' && !rest[(at + 1)..].StartsWith('\n')) clean.Append('\n');
        }

        return clean.Append(rest).ToString();
    }
}
