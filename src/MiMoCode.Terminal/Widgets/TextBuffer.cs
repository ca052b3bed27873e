using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Widgets;

/// <summary>
/// Text being edited: a caret that stands between grapheme clusters, a selection, undo, and the last killed text. It knows nothing
/// of keys or the screen.
/// </summary>
public sealed class TextBuffer
{
    private const int MostUndo = 500;

    private readonly List<Snapshot> undo = [];
    private readonly List<Snapshot> redo = [];
    private int anchor = -1;
    private string killed = "";
    private bool typing;   // the last change was a typed letter; more of them are one step of undo

    /// <summary>The text, with line feeds.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the caret stands, in UTF-16 units; always between clusters.</summary>
    public int Caret { get; private set; }

    /// <summary>The selected part, or null.</summary>
    public (int Start, int End)? Selection =>
        anchor < 0 || anchor == Caret ? null : (Math.Min(anchor, Caret), Math.Max(anchor, Caret));

    /// <summary>The selected text; empty if there is none.</summary>
    public string SelectedText => Selection is var (start, end) ? Text[start..end] : "";

    /// <summary>True if there is no text.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>Replaces everything and puts the caret at the end; can be undone.</summary>
    public void SetText(string text)
    {
        Remember(false);
        (Text, Caret, anchor) = (text, text.Length, -1);
    }

    /// <summary>Puts text in place of the selection, or at the caret.</summary>
    /// <param name="text">The text.</param>
    /// <param name="typed">True for a typed letter: letters typed in a row are undone together.</param>
    public void Insert(string text, bool typed = false)
    {
        Remember(typed && text is not (" " or "\n"));
        var (start, end) = Selection ?? (Caret, Caret);
        Replace(start, end, text);
    }

    /// <summary>Replaces a part and puts the caret behind it; can be undone.</summary>
    public void ReplaceRange(int start, int end, string text)
    {
        Remember(false);
        Replace(Snap(start), Snap(end), text);
    }

    /// <summary>Moves the caret to the border at or before a place.</summary>
    public void MoveTo(int index, bool select = false)
    {
        if (!select) anchor = -1;
        else if (anchor < 0) anchor = Caret;
        Caret = Snap(index);
        typing = false;
    }

    /// <summary>Selects everything.</summary>
    public void SelectAll() => (anchor, Caret) = (0, Text.Length);

    /// <summary>Deletes the selection or, without one, from the caret to a place.</summary>
    /// <param name="index">The other end.</param>
    /// <param name="kill">Keep it for <see cref="Yank"/>.</param>
    public void DeleteTo(int index, bool kill = false)
    {
        var (start, end) = Selection ?? (Math.Min(Caret, Snap(index)), Math.Max(Caret, Snap(index)));
        if (start == end) return;
        Remember(false);
        if (kill) killed = Text[start..end];
        Replace(start, end, "");
    }

    /// <summary>Inserts what was killed last.</summary>
    public void Yank()
    {
        if (killed.Length > 0) Insert(killed);
    }

    /// <summary>Takes the last change back.</summary>
    public bool Undo() => Step(undo, redo);

    /// <summary>Does the change again that was taken back last.</summary>
    public bool Redo() => Step(redo, undo);

    /// <summary>The border before a place.</summary>
    public int Before(int index) => index <= 0 ? 0 : Clusters.PreviousStart(Text, index);

    /// <summary>The border after a place.</summary>
    public int After(int index) => index >= Text.Length ? Text.Length : index + Clusters.NextLength(Text.AsSpan(index));

    /// <summary>The beginning of the word before a place.</summary>
    public int WordBefore(int index)
    {
        while (index > 0 && !IsWord(Text[index - 1])) index--;
        while (index > 0 && IsWord(Text[index - 1])) index--;
        return Snap(index);
    }

    /// <summary>The end of the word after a place.</summary>
    public int WordAfter(int index)
    {
        while (index < Text.Length && !IsWord(Text[index])) index++;
        while (index < Text.Length && IsWord(Text[index])) index++;
        return index;
    }

    /// <summary>The beginning of the line that a place is in.</summary>
    public int LineStart(int index) => index == 0 ? 0 : Text.LastIndexOf('\n', index - 1) + 1;

    /// <summary>The end of the line that a place is in.</summary>
    public int LineEnd(int index) => Text.IndexOf('\n', index) is >= 0 and var feed ? feed : Text.Length;

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c == '_'
        || System.Globalization.CharUnicodeInfo.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark;

    private int Snap(int index)
    {
        index = Math.Clamp(index, 0, Text.Length);
        if (index == 0 || index == Text.Length) return index;
        var start = Clusters.PreviousStart(Text, index);
        return start + Clusters.NextLength(Text.AsSpan(start)) <= index ? index : start;
    }

    private void Replace(int start, int end, string text)
    {
        Text = string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(end));
        anchor = -1;
        // What was inserted may join what follows (an accent, a flag): the caret goes behind the whole.
        var caret = start + text.Length;
        Caret = Snap(caret);
        if (Caret < caret) Caret = After(Caret);
    }

    private void Remember(bool isTyping)
    {
        redo.Clear();
        var joins = typing && isTyping && anchor < 0;
        typing = isTyping;
        if (joins) return;
        undo.Add(new Snapshot(Text, Caret));
        if (undo.Count > MostUndo) undo.RemoveAt(0);
    }

    private bool Step(List<Snapshot> from, List<Snapshot> to)
    {
        if (from.Count == 0) return false;
        to.Add(new Snapshot(Text, Caret));
        (Text, Caret) = from[^1];
        from.RemoveAt(from.Count - 1);
        (anchor, typing) = (-1, false);
        return true;
    }

    private readonly record struct Snapshot(string Text, int Caret);
}
