using System.Text;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Tty;

/// <summary>What a program wants of the terminal while it has it.</summary>
/// <param name="AlternateScreen">Draw on a screen of its own and bring the old one back at the end. Without it what stands on the screen is
/// scrolled up first, and the last picture stays.</param>
/// <param name="Mouse">Be told of the mouse.</param>
/// <param name="Synchronize">Use synchronized output if the terminal knows it.</param>
public sealed record TerminalWishes(bool AlternateScreen = true, bool Mouse = true, bool Synchronize = true);

/// <summary>
/// A terminal in our hands: switched to what we need, and switched back on every way out, including unhandled exceptions, the end of
/// the process and being stopped. What the terminal did not confirm is not used.
/// </summary>
public sealed class TerminalSession : IDisposable
{
    private const string MouseOn = "\e[?1002h\e[?1006h";
    private const string MouseOff = "\e[?1006l\e[?1002l";

    private static readonly TimeSpan EscapePatience = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LeavePatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ResizePatience = TimeSpan.FromMilliseconds(16);

    private readonly ITerminal terminal;
    private readonly Action<IReadOnlyList<TerminalInput>> tell;
    private readonly InputDecoder decoder = new();
    private readonly ITimer escapeTimer;
    private readonly ITimer resizeTimer;
    private readonly Lock inputGate = new();
    private readonly Lock outputGate = new();
    private readonly Func<string, IDisposable?>? watch;
    private IDisposable? watching;
    private TerminalWishes wishes;
    private Size size;
    private bool active;
    private bool stopped;
    private bool kittyKeys;

    /// <summary>Prepares a session; nothing is sent before <see cref="Enter"/>.</summary>
    /// <param name="terminal">The device.</param>
    /// <param name="wishes">What to switch on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="watch">Starts something that gives the terminal back if this process is killed: it gets the last words, and is disposed when
    /// they were said.</param>
    /// <param name="tell">Told, from any thread, everything that arrived together; several keys of one read come as one list.</param>
    public TerminalSession(
        ITerminal terminal, TerminalWishes wishes, TimeProvider time, Action<IReadOnlyList<TerminalInput>> tell, Func<string, IDisposable?>? watch = null)
    {
        this.watch = watch;
        (this.terminal, this.wishes, this.tell, size) = (terminal, wishes, tell, terminal.Size);
        escapeTimer = time.CreateTimer(_ => FlushEscape(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        resizeTimer = time.CreateTimer(_ => TellSize(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The size of the screen as last told.</summary>
    public Size Size => size;

    /// <summary>True once the terminal said that it knows synchronized output.</summary>
    public bool Synchronized { get; private set; }

    /// <summary>Takes the terminal and asks it what it can.</summary>
    public void Enter()
    {
        lock (outputGate)
        {
            if (!active)
            {
                AppDomain.CurrentDomain.ProcessExit += Restore;
                AppDomain.CurrentDomain.UnhandledException += Restore;
            }

            active = true;
            watching ??= watch?.Invoke(WordsOfTheKilled);
            kittyKeys = false;   // another screen has another stack of flags; the answer will push them again
            terminal.Acquire(Received, Signalled);
            var modes = new StringBuilder();
            modes.Append(wishes.AlternateScreen ? "\e[?1049h" : new string('\n', terminal.Size.Height));
            modes.Append("\e[?2004h\e[?1004h");
            if (wishes.Mouse) modes.Append(MouseOn);
            if (wishes.Synchronize) modes.Append("\e[?2026$p");
            modes.Append("\e[?u\e[c");
            Send(modes.ToString());
        }
    }

    /// <summary>Gives the terminal back as it was; <see cref="Enter"/> takes it again. For other programs, and at the end.</summary>
    public void Leave()
    {
        // A frame that hangs in a dead connection must not keep the process from ending.
        var entered = outputGate.TryEnter(LeavePatience);
        try
        {
            if (!active) return;
            active = false;
            AppDomain.CurrentDomain.ProcessExit -= Restore;
            AppDomain.CurrentDomain.UnhandledException -= Restore;
            terminal.Release(Encoding.ASCII.GetBytes(LastWords()));
            watching?.Dispose();
            watching = null;
        }
        finally
        {
            if (entered) outputGate.Exit();
        }
    }

    /// <summary>Gives the terminal back and stops the process; when it is continued, <see cref="ResumeInput"/> is told.</summary>
    public void Suspend()
    {
        Leave();
        stopped = true;
        terminal.StopProcess();
    }

    /// <summary>Sends the bytes of a frame. Waits while the terminal is slow, so that frames are dropped and not queued.</summary>
    public void Write(ReadOnlySpan<byte> frame)
    {
        lock (outputGate)
        {
            if (active && !frame.IsEmpty) terminal.Write(frame);
        }
    }

    /// <summary>Switches the mouse on or off, so that the terminal's own selection can be used.</summary>
    public void UseMouse(bool on)
    {
        lock (outputGate)
        {
            if (active && on != wishes.Mouse) Send(on ? MouseOn : MouseOff);
            wishes = wishes with { Mouse = on };
        }
    }

    /// <summary>Sends a command to the terminal, such as those of <see cref="TerminalCommands"/>.</summary>
    public void Command(string command)
    {
        lock (outputGate)
        {
            if (active) Send(command);
        }
    }

    /// <summary>Gives the terminal back for good.</summary>
    public void Dispose()
    {
        Leave();
        escapeTimer.Dispose();
        resizeTimer.Dispose();
    }

    // Whether the keyboard's flags were pushed is not known then; taking back what was not pushed does nothing.
    private string WordsOfTheKilled => string.Concat(
        "\e[?2026l\e[r\e[m", MouseOff, "\e[?1004l\e[?2004l\e[<u", OldScreen);

    // In the order that does least harm if the terminal is lost on the way.
    private string LastWords() => string.Concat(
        "\e[m",
        wishes.Mouse ? MouseOff : "",
        "\e[?1004l\e[?2004l",
        kittyKeys ? "\e[<u" : "",
        OldScreen);

    // Without a screen of our own the shell goes on below the last picture.
    private string OldScreen => wishes.AlternateScreen ? "\e[?25h\e[?1049l" : "\e[999;1H\r\n\e[?25h";

    private void Send(string text) => terminal.Write(Encoding.UTF8.GetBytes(text));

    private void Restore(object? sender, EventArgs happened) => Leave();

    private void Received(ReadOnlyMemory<byte> bytes)
    {
        var inputs = new List<TerminalInput>();
        lock (inputGate)
        {
            decoder.Decode(bytes.Span, inputs.Add);
            escapeTimer.Change(decoder.Undecided ? EscapePatience : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        if (bytes.IsEmpty) inputs.Add(new EndInput(0));
        foreach (var reply in inputs.OfType<ReplyInput>()) Learn(reply);
        if (inputs.Count > 0) tell(inputs);
    }

    private void Learn(ReplyInput reply)
    {
        if (reply.Reply == TerminalReply.SynchronizedOutput) Synchronized = reply.Value is 1 or 2;
        if (reply.Reply != TerminalReply.KeyboardFlags) return;
        lock (outputGate)
        {
            if (!active || kittyKeys) return;
            kittyKeys = true;
            Send("\e[>1u");
        }
    }

    private void FlushEscape()
    {
        var inputs = new List<TerminalInput>();
        lock (inputGate) decoder.Flush(inputs.Add);
        if (inputs.Count > 0) tell(inputs);
    }

    private void Signalled(TerminalSignal signal)
    {
        switch (signal)
        {
            case TerminalSignal.Resized: resizeTimer.Change(ResizePatience, Timeout.InfiniteTimeSpan); break;
            case TerminalSignal.Stop: Suspend(); break;
            case TerminalSignal.Continued: Resume(); break;
            default: tell([new EndInput((int)signal)]); break;
        }
    }

    private void Resume()
    {
        if (!active && !stopped) return;   // another program has the terminal just now
        stopped = false;
        Enter();
        size = terminal.Size;
        tell([new ResizeInput(size), new ResumeInput()]);
    }

    private void TellSize()
    {
        var now = terminal.Size;
        if (now == size) return;
        size = now;
        tell([new ResizeInput(now)]);
    }
}
