using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Prompting;

/// <summary>What a key in the prompt asks for.</summary>
internal enum PromptWish
{
    /// <summary>The key means nothing here.</summary>
    None,

    /// <summary>The key did what it should.</summary>
    Done,

    /// <summary>Send what is written; a busy agent takes it when it is done.</summary>
    Send,

    /// <summary>Send what is written; a busy agent takes it at its next step.</summary>
    Steer,
}

/// <summary>The field in which people write: several lines, history, proposals, pasted text, a mode for command lines.</summary>
internal sealed class PromptBox(PromptHistory history, Completion completion, EditorKeys keys, PasteBurst burst)
{
    public const int MostRows = 8;

    private const int MostEdited = 20_000;

    private static readonly KeyPress Send = new(Key.Enter);
    private static readonly KeyPress SteerKey = Parse("ctrl+s");

    private readonly TextEditor editor = new();
    private readonly PasteTokens pastes = new();

    /// <summary>Whether more was read together with the key that comes next.</summary>
    public bool MoreFollows
    {
        set => burst.MoreFollows = value;
    }

    /// <summary>What is written is a command line.</summary>
    public bool Shell { get; private set; }

    public Completion Completion => completion;

    public bool IsEmpty => editor.Buffer.IsEmpty;

    /// <summary>The text as it is seen.</summary>
    public string Shown => editor.Buffer.Text;

    /// <summary>The text with what was pasted.</summary>
    public string Text => pastes.Expand(editor.Buffer.Text);

    /// <summary>Rows that it takes at a width.</summary>
    public int RowsAt(int width) => Math.Clamp(editor.RowsAt(width), 1, MostRows);

    /// <summary>Empties it after it was sent, and remembers it.</summary>
    public void Sent()
    {
        history.Add(new PastPrompt(Text, Shell ? "shell" : null));
        pastes.Forget();
        Clear();
    }

    /// <summary>Empties it. Undo brings the text back.</summary>
    public void Clear()
    {
        editor.Buffer.SetText("");
        Shell = false;
        completion.Update(editor.Buffer);
    }

    /// <summary>Puts text there, before what is written already.</summary>
    public void Restore(string text, bool shell = false)
    {
        var written = editor.Buffer.Text;
        editor.Buffer.SetText(written.Length == 0 ? text : $"{text}\n{written}");
        Shell = shell;
    }

    /// <summary>Replaces the text.</summary>
    public void Replace(string text)
    {
        editor.Buffer.SetText(Manageable(text));
        completion.Update(editor.Buffer);
    }

    public void Paste(string text)
    {
        editor.Buffer.Insert(pastes.Shorten(text));
        history.Forget();
        completion.Update(editor.Buffer);
    }

    /// <summary>Looks at the proposals again: there are others now.</summary>
    public void Proposals() => completion.Update(editor.Buffer);

    /// <summary>Puts the caret where the mouse points.</summary>
    public void Click(Position at) => editor.Click(at);

    public PromptWish Handle(KeyPress press)
    {
        if (burst.IsPasted(press))
        {
            editor.Buffer.Insert("\n");
            return PromptWish.Done;
        }

        if (completion.IsOpen && HandleCompletion(press) is { } handled)
            return handled;
        if (press == Send)
            return PromptWish.Send;
        if (press == SteerKey)
            return PromptWish.Steer;
        if (press.Key is Key.Character && press.IsText && press.Character.Value == '!' && editor.Buffer.Caret == 0 && !Shell)
        {
            Shell = true;
            return PromptWish.Done;
        }

        if (Shell && editor.Buffer.Caret == 0 && press.Key is Key.Backspace or Key.Escape)
        {
            Shell = false;
            return PromptWish.Done;
        }

        return Edit(press);
    }

    /// <summary>Draws the text and returns the caret's place.</summary>
    public Position Draw(Canvas canvas, Look look, string hint)
    {
        if (IsEmpty)
            canvas.Write(0, 0, Fit.Cut(hint, canvas.Width), look.Muted);
        return editor.Draw(canvas, look.Text, look.Selected);
    }

    private PromptWish Edit(KeyPress press)
    {
        var before = editor.Buffer.Text;
        if (!editor.Handle(press, keys))
            return press.Key is Key.Up or Key.Down && Recall(press.Key is Key.Up ? -1 : 1) ? PromptWish.Done : PromptWish.None;
        if (editor.Buffer.Text != before)
            history.Forget();
        completion.Update(editor.Buffer);
        return PromptWish.Done;
    }

    private PromptWish? HandleCompletion(KeyPress press)
    {
        if (completion.Handle(press))
            return PromptWish.Done;
        switch (press.Key)
        {
            case Key.Escape:
                completion.Dismiss(editor.Buffer);
                return PromptWish.Done;
            case Key.Enter or Key.Tab when press.Modifiers is KeyModifiers.None:
                var isWhole = completion is { OfCommands: true, Current.Value: null } && press.Key is Key.Enter;
                completion.Accept(editor.Buffer);
                return isWhole ? PromptWish.Send : PromptWish.Done;
            default:
                return null;
        }
    }

    // A field of thousands of rows cannot be edited in comfort: such a text stands there like a pasted one.
    private string Manageable(string text) => text.Length > MostEdited ? pastes.Shorten(text) : text;

    private bool Recall(int by)
    {
        if (history.Recall(by, new PastPrompt(editor.Buffer.Text, Shell ? "shell" : null)) is not { } past)
            return false;
        editor.Buffer.SetText(Manageable(past.Input));
        if (by < 0)
            editor.Buffer.MoveTo(0);
        Shell = past.Mode is "shell";
        return true;
    }

    private static KeyPress Parse(string text) => KeyPress.TryParse(text, out var press) ? press : default;
}
