using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Dialogs;

/// <summary>Lines to read: help, status.</summary>
internal sealed class TextDialog(string title, Func<Look, int, IReadOnlyList<StyledLine>> write) : Dialog(title)
{
    private (int Columns, IReadOnlyList<StyledLine> Lines)? laidOut;
    private int top;

    protected override void Take(KeyPress press)
    {
        switch (press.ToString())
        {
            case "up": top--; break;
            case "down": top++; break;
            case "pageup": top -= 10; break;
            case "pagedown" or "space": top += 10; break;
            case "return" or "q": IsClosed = true; break;
        }
    }

    protected override (int Width, int Height) SizeIn(int width, int height, Look look) => (Math.Min(100, width - 4), Math.Min(36, height - 2));

    protected override Position? DrawBody(Canvas canvas, Look look)
    {
        if (laidOut?.Columns != canvas.Width)
            laidOut = (canvas.Width, write(look, canvas.Width));
        var lines = laidOut.Value.Lines;
        top = Math.Clamp(top, 0, Math.Max(0, lines.Count - canvas.Height));
        for (var y = 0; y < canvas.Height && top + y < lines.Count; y++)
            lines[top + y].Draw(canvas, 0, y);
        return null;
    }
}
