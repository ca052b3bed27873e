using System.Text;

namespace MiMoCode.App.Cli;

/// <summary>What models, programs, files and people said, for a terminal: nothing of it may control that.</summary>
internal static class Printable
{
    /// <summary>Lines and tabs stay; every other control character is shown as U+FFFD.</summary>
    public static string Text(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && !text.AsSpan().ContainsAnyInRange('\u007f', '\u009f'))
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
            plain.Append(letter is '\n' or '\t' || !char.IsControl(letter) ? letter : '\uFFFD');
        return plain.ToString();
    }

    /// <summary>One line: a control character is a space.</summary>
    public static string Line(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
