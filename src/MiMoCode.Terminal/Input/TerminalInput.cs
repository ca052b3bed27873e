using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Input;

/// <summary>Something that came from the terminal.</summary>
public abstract record TerminalInput;

/// <summary>A key was pressed or repeated.</summary>
public sealed record KeyInput(KeyPress Press) : TerminalInput;

/// <summary>Text was pasted; line ends are line feeds, other control characters but tabs are gone.</summary>
public sealed record PasteInput(string Text) : TerminalInput;

/// <summary>The mouse did something at a place of the screen.</summary>
public sealed record MouseInput(MouseAct Act, MouseButton Button, Position At, KeyModifiers Modifiers) : TerminalInput;

/// <summary>The terminal's window got or lost the focus.</summary>
public sealed record FocusInput(bool Focused) : TerminalInput;

/// <summary>The screen has another size.</summary>
public sealed record ResizeInput(Size Size) : TerminalInput;

/// <summary>The program goes on after it was stopped: the screen must be painted anew.</summary>
public sealed record ResumeInput : TerminalInput;

/// <summary>The input has ended, or a signal asks the program to leave.</summary>
/// <param name="Signal">The signal's number; 0 when the input ended.</param>
public sealed record EndInput(int Signal) : TerminalInput;

/// <summary>The terminal's answer to one of our questions.</summary>
public sealed record ReplyInput(TerminalReply Reply, int Value) : TerminalInput;

/// <summary>What a terminal answered.</summary>
public enum TerminalReply
{
    /// <summary>It knows synchronized output: the value is 1 (on) or 2 (off); 0, 3 and 4 mean no.</summary>
    SynchronizedOutput,

    /// <summary>It knows the kitty keyboard protocol; the value is the flags in force.</summary>
    KeyboardFlags,

    /// <summary>It says what it is; every terminal does, so no earlier question is still open.</summary>
    Attributes,
}

/// <summary>What a mouse did.</summary>
public enum MouseAct
{
    /// <summary>A button went down.</summary>
    Press,

    /// <summary>A button went up.</summary>
    Release,

    /// <summary>It moved with a button down.</summary>
    Drag,

    /// <summary>It moved.</summary>
    Move,

    /// <summary>The wheel turned up.</summary>
    WheelUp,

    /// <summary>The wheel turned down.</summary>
    WheelDown,
}

/// <summary>A mouse button.</summary>
public enum MouseButton
{
    /// <summary>None.</summary>
    None,

    /// <summary>The left one.</summary>
    Left,

    /// <summary>The middle one.</summary>
    Middle,

    /// <summary>The right one.</summary>
    Right,
}
