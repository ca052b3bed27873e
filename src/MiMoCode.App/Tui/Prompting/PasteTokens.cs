using System.Globalization;
using System.Text;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>Long pasted text stands in the prompt as one short word; what is sent holds the text itself.</summary>
internal sealed class PasteTokens
{
    private const int ManyLines = 3;
    private const int ManyLetters = 150;

    private readonly List<(string Token, string Text, int Prompt)> pastes = [];
    private int prompt;

    /// <summary>What to put into the prompt for pasted text.</summary>
    public string Shorten(string pasted)
    {
        var lines = pasted.AsSpan().Count('\n') + 1;
        if (lines < ManyLines && pasted.Length <= ManyLetters)
            return pasted;
        var token = Enumerable.Range(1, int.MaxValue)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"[Pasted ~{lines} lines{(number == 1 ? "" : $" #{number}")}]"))
            .First(name => TextOf(name) is not { } other || other == pasted);
        pastes.RemoveAll(paste => paste.Token == token);
        pastes.Add((token, pasted, prompt));
        return token;
    }

    /// <summary>A prompt with the texts in their places.</summary>
    public string Expand(string shown)
    {
        // From left to right, once: what was pasted may itself look like such a word.
        var whole = new StringBuilder();
        var from = 0;
        for (var at = shown.IndexOf('['); at >= 0; at = shown.IndexOf('[', at + 1))
        {
            if (shown.IndexOf(']', at) is not (>= 0 and var end) || TextOf(shown[at..(end + 1)]) is not { } text)
                continue;
            whole.Append(shown, from, at - from).Append(text);
            (from, at) = (end + 1, end);
        }

        return from == 0 ? shown : whole.Append(shown, from, shown.Length - from).ToString();
    }

    /// <summary>The prompt was sent. What was pasted into it stays until the next one is, for it may come back.</summary>
    public void Forget()
    {
        pastes.RemoveAll(paste => paste.Prompt < prompt);
        prompt++;
    }

    private string? TextOf(string token) => pastes.Find(paste => paste.Token == token).Text;
}
