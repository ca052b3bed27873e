using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Dialogs;

/// <summary>Asks for one line of text.</summary>
internal sealed class InputDialog : Dialog
{
    private readonly TextEditor editor = new();
    private readonly EditorKeys keys = new();
    private readonly Action<string> entered;

    public InputDialog(string title, string text, Action<string> entered)
        : base(title)
    {
        this.entered = entered;
        editor.Buffer.SetText(text);
    }

    public override void Paste(string text) => editor.Buffer.Insert(text.ReplaceLineEndings(" "));

    protected override void Take(KeyPress press)
    {
        if (press != new KeyPress(Key.Enter))
        {
            editor.Handle(press, keys);
            return;
        }

        IsClosed = true;
        if (editor.Buffer.Text.Trim() is { Length: > 0 } text)
            entered(text);
    }

    protected override (int Width, int Height) SizeIn(int width, int height, Look look) => (Math.Min(64, width - 4), 6);

    protected override Position? DrawBody(Canvas canvas, Look look) => editor.Draw(canvas.Part(new Area(0, 0, canvas.Width, 1)), look.Text, look.Selected);
}
