using System.Text;

namespace MiMoCode.Terminal.Input;

/// <summary>Makes pasted text fit for a text field.</summary>
internal static class PastedText
{
    /// <summary>Line ends become line feeds; of the other control characters only tabs stay.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\r')
            {
                clean.Append('\n');
                if (i + 1 < text.Length && text[i + 1] == '\n') i++;
            }
            else if (c is '\n' or '\t' || !char.IsControl(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }
}
