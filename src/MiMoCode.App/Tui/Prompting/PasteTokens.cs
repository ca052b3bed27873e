using System.Globalization;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>Long pasted text stands in the prompt as one short word; what is sent holds the text itself.</summary>
internal sealed class PasteTokens
{
    private const int ManyLines = 3;
    private const int ManyLetters = 150;

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>What to put into the prompt for pasted text.</summary>
    public string Shorten(string pasted)
    {
        var lines = pasted.AsSpan().Count('\n') + 1;
        if (lines < ManyLines && pasted.Length <= ManyLetters)
            return pasted;
        var number = texts.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" #{texts.Count + 1}");
        var token = string.Create(CultureInfo.InvariantCulture, $"[Pasted ~{lines} lines{number}]");
        texts[token] = pasted;
        return token;
    }

    /// <summary>The prompt with the texts in their places.</summary>
    public string Expand(string prompt)
    {
        foreach (var (token, text) in texts)
            prompt = prompt.Replace(token, text, StringComparison.Ordinal);
        return prompt;
    }

    /// <summary>The prompt was sent or given up.</summary>
    public void Clear() => texts.Clear();
}
