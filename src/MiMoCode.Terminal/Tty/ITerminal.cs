using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Tty;

/// <summary>A terminal as a device: bytes in, bytes out, a size, signals. The real one and the one of the tests.</summary>
public interface ITerminal
{
    /// <summary>Its size now.</summary>
    Size Size { get; }

    /// <summary>Takes the terminal over: every byte typed comes at once and unchanged. May be called again after <see cref="Release"/>,
    /// and at any time to take over again after another program changed the settings.</summary>
    /// <param name="received">Called from a thread of its own with the bytes of one read; with none when the input has ended.</param>
    /// <param name="signalled">Called from any thread for signals that concern a terminal program.</param>
    void Acquire(Action<ReadOnlyMemory<byte>> received, Action<TerminalSignal> signalled);

    /// <summary>Writes all bytes, waiting as long as the terminal needs.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Writes last words and gives the terminal back with the settings that it had; does not wait for a terminal that hangs.</summary>
    void Release(ReadOnlySpan<byte> lastWords);

    /// <summary>Stops the process until it is told to continue, as Ctrl+Z does in other programs.</summary>
    void StopProcess();
}

/// <summary>A signal that concerns a terminal program.</summary>
public enum TerminalSignal
{
    /// <summary>The terminal is gone (SIGHUP).</summary>
    Hangup = 1,

    /// <summary>Interrupted from outside (SIGINT).</summary>
    Interrupt = 2,

    /// <summary>Asked to leave (SIGTERM).</summary>
    Terminate = 15,

    /// <summary>The window has another size (SIGWINCH).</summary>
    Resized = 100,

    /// <summary>Asked to stop for a while (SIGTSTP).</summary>
    Stop,

    /// <summary>Continued after a stop (SIGCONT).</summary>
    Continued,
}
