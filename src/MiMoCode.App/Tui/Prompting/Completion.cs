using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>Proposes files after @ and commands after / at the beginning.</summary>
internal sealed class Completion(Func<IReadOnlyList<SelectItem>> files, Func<IReadOnlyList<SelectItem>> commands)
{
    private const int MostRows = 10;
    private const int MostProposed = 60;

    private readonly SelectList list = new();
    private (int Start, int End) word;
    private string? dismissed;

    /// <summary>True while proposals are shown.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True when commands are proposed.</summary>
    public bool OfCommands { get; private set; }

    /// <summary>What is chosen.</summary>
    public SelectItem? Current => IsOpen ? list.Current : null;

    /// <summary>Looks at the text again after it changed.</summary>
    public void Update(TextBuffer text)
    {
        IsOpen = false;
        if (Trigger(text.Text, text.Caret) is not var (start, mark) || text.Text[start..text.Caret] == dismissed)
            return;
        dismissed = null;
        var query = text.Text[(start + 1)..text.Caret];
        OfCommands = mark == '/';
        word = (start, text.Caret);
        var (name, lines) = Split(query);
        var found = Fuzzy.Filter(OfCommands ? commands() : files(), name, item => item.Title);
        list.Items = [.. found.Take(MostProposed)];
        list.Choose(_ => true);
        // Nothing is left to choose when a file is named whole: the next Enter sends.
        var isNamed = !OfCommands && found.Any(item => item.Title == name) && (found.Count == 1 || lines.Length > 0);
        IsOpen = found.Count > 0 && !isNamed;
    }

    /// <summary>Moves the choice; false if the key means nothing here.</summary>
    public bool Handle(KeyPress press) => IsOpen && press.ToString() is "up" or "down" or "ctrl+p" or "ctrl+n" && list.Handle(press);

    /// <summary>Closes the proposals until the word changes.</summary>
    public void Dismiss(TextBuffer text)
    {
        dismissed = text.Text[word.Start..Math.Min(word.End, text.Text.Length)];
        IsOpen = false;
    }

    /// <summary>Puts the choice into the text. A folder stays open for what is in it.</summary>
    public void Accept(TextBuffer text)
    {
        if (Current is not { } chosen)
            return;
        var lines = Split(text.Text[(word.Start + 1)..word.End]).Lines;
        text.ReplaceRange(word.Start, word.End, OfCommands ? $"{chosen.Title} " : $"@{chosen.Title}{lines} ");
        IsOpen = false;
    }

    /// <summary>Draws the proposals above the given bottom row of the screen.</summary>
    public void Draw(Canvas above, Look look)
    {
        if (!IsOpen)
            return;
        var rows = Math.Min(MostRows, Math.Min(list.RowCount, above.Height));
        var menu = above.Part(above.Bounds.CutBottom(rows).Bottom);
        menu.Fill(CellStyle.Plain.On(look.Menu));
        list.Draw(menu, look.List);
    }

    // The last mark wins: / only at the very beginning, @ after a space or at the beginning; no space up to the caret.
    private static (int Start, char Mark)? Trigger(string text, int caret)
    {
        for (var at = caret - 1; at >= 0 && !char.IsWhiteSpace(text[at]); at--)
        {
            if (text[at] == '/' && at == 0)
                return (at, '/');
            if (text[at] == '@' && (at == 0 || char.IsWhiteSpace(text[at - 1])))
                return (at, '@');
        }

        return null;
    }

    private static (string Name, string Lines) Split(string query) =>
        query.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash ? (query[..hash], query[hash..]) : (query, "");
}
