using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.App.Tui;

/// <summary>What the interface does to the terminal besides drawing.</summary>
/// <param name="Session">The terminal in our hands.</param>
/// <param name="Frames">What it shows.</param>
/// <param name="Traits">What it can.</param>
internal sealed record Device(TerminalSession Session, FrameBuffer Frames, TerminalTraits Traits)
{
    private string title = "";

    /// <summary>True while it tells us of the mouse.</summary>
    public bool Mouse { get; private set; } = true;

    /// <summary>Edits text with the program that the person has chosen; null when there is none. Returns what became of it.</summary>
    public Func<string, CancellationToken, Task<string?>>? Editor { get; init; }

    /// <summary>Paints everything anew.</summary>
    public void Redraw() => Frames.Invalidate();

    public void Suspend() => Session.Suspend();

    public void UseMouse(bool on)
    {
        Mouse = on;
        Session.UseMouse(on);
    }

    /// <summary>Sets the window's title when it is another one.</summary>
    public void Title(string text)
    {
        if (text == title)
            return;
        title = text;
        Session.Command(TerminalCommands.Title(text));
    }

    public void Copy(string text) => Session.Command(TerminalCommands.Copy(text, Traits));
}
