using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Dialogs;

/// <summary>Something that lies over the screen and takes all keys until it is closed.</summary>
internal abstract class Dialog(string title)
{
    /// <summary>It is done and is taken away.</summary>
    public bool IsClosed { get; protected set; }

    protected string Title { get; set; } = title;

    public void Handle(KeyPress press)
    {
        if (press.ToString() is "escape" or "ctrl+c")
            IsClosed = true;
        else
            Take(press);
    }

    public virtual void Paste(string text)
    {
    }

    /// <summary>Draws it over the screen; where the caret stands, if it has one.</summary>
    public Position? Draw(Canvas screen, Look look)
    {
        var (width, height) = SizeIn(screen.Width, screen.Height, look);
        var canvas = Shapes.Dialog(screen, width, height, CellStyle.Plain.On(look.Menu));
        var inside = canvas.Part(canvas.Bounds.Inset(2, 1));
        inside.Write(0, 0, Title, look.Strong);
        inside.WriteRight(inside.Width, 0, "esc", look.Muted);
        return DrawBody(inside.Part(inside.Bounds.CutTop(2).Remainder), look);
    }

    protected abstract void Take(KeyPress press);

    protected abstract (int Width, int Height) SizeIn(int width, int height, Look look);

    protected abstract Position? DrawBody(Canvas canvas, Look look);
}
