using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.Terminal.Tty;

/// <summary>The terminal that the process runs in, on Unix.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnixTerminal : ITerminal, IDisposable
{
    private const int PatienceWithLastWords = 100;   // milliseconds
    private const int Interrupted = 4;               // EINTR
    private const int NotNow = 11;                   // EAGAIN

    private static readonly (PosixSignal, TerminalSignal)[] Signals =
    [
        (PosixSignal.SIGWINCH, TerminalSignal.Resized), (PosixSignal.SIGCONT, TerminalSignal.Continued),
        (PosixSignal.SIGTSTP, TerminalSignal.Stop), (PosixSignal.SIGTERM, TerminalSignal.Terminate),
        (PosixSignal.SIGHUP, TerminalSignal.Hangup), (PosixSignal.SIGINT, TerminalSignal.Interrupt),
    ];

    private readonly int input;
    private readonly int output;
    private readonly byte[] original = new byte[Libc.SettingsSize];
    private readonly Lock gate = new();
    private List<PosixSignalRegistration>? registrations;
    private TerminalReader? reader;
    private bool acquired;

    internal UnixTerminal(int input, int output) => (this.input, this.output) = (input, output);

    /// <inheritdoc/>
    public Size Size => Libc.WindowSize(output) is (> 0, > 0) and var (width, height) ? new Size(width, height) : new Size(80, 24);

    /// <summary>The process's terminal; null when output is a file or a pipe, or when there is nothing to type on.</summary>
    public static UnixTerminal? TryOpen()
    {
        if (Libc.IsTerminal(1) != 1) return null;
        // With something piped in, keys are read from the terminal itself.
        var input = Libc.IsTerminal(0) == 1 ? 0 : Libc.Open("/dev/tty", Libc.ReadWrite);
        return input < 0 ? null : new UnixTerminal(input, 1);
    }

    /// <summary>Its settings as <c>stty</c> takes them; null where their layout is another than Linux's.</summary>
    public string? SettingsForStty()
    {
        Span<byte> settings = stackalloc byte[Libc.SettingsSize];
        if (!OperatingSystem.IsLinux() || Libc.GetSettings(input, settings) != 0) return null;
        // Four words of flags, the line discipline, then the control characters.
        var flags = MemoryMarshal.Cast<byte, uint>(settings[..16]);
        return string.Join(':', [.. flags.ToArray().Select(flag => flag.ToString("x")), .. settings.Slice(17, 32).ToArray().Select(letter => letter.ToString("x"))]);
    }

    /// <inheritdoc/>
    public void Acquire(Action<ReadOnlyMemory<byte>> received, Action<TerminalSignal> signalled)
    {
        lock (gate)
        {
            if (!acquired && Libc.GetSettings(input, original) != 0)
                throw new IOException($"The terminal does not tell its settings (errno {Marshal.GetLastPInvokeError()}).");
            Span<byte> raw = stackalloc byte[Libc.SettingsSize];
            original.CopyTo(raw);
            Libc.MakeRaw(raw);
            Libc.SetSettings(input, Libc.Now, raw);
            registrations ??= Register(signalled);
            reader ??= new TerminalReader(input, received);
            acquired = true;
        }
    }

    private static List<PosixSignalRegistration> Register(Action<TerminalSignal> signalled)
    {
        var registered = new List<PosixSignalRegistration>();
        foreach (var (posix, signal) in Signals)
        {
            registered.Add(PosixSignalRegistration.Create(posix, context =>
            {
                context.Cancel = true;
                signalled(signal);
            }));
        }

        return registered;
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var written = Libc.Write(output, bytes, (nuint)bytes.Length);
            if (written >= 0) bytes = bytes[(int)written..];
            else if (Marshal.GetLastPInvokeError() is NotNow) WaitForRoom(-1);
            else if (Marshal.GetLastPInvokeError() is not Interrupted) return;   // the terminal is gone; the end of the input will tell
        }
    }

    /// <inheritdoc/>
    public void Release(ReadOnlySpan<byte> lastWords)
    {
        lock (gate)
        {
            if (!acquired) return;
            acquired = false;
            reader?.Dispose();
            reader = null;
            if (WaitForRoom(PatienceWithLastWords)) Write(lastWords);
            Libc.SetSettings(input, Libc.Now, original);
        }
    }

    /// <inheritdoc/>
    public void StopProcess() => _ = Libc.Kill(Environment.ProcessId, Libc.Stop);

    /// <summary>Gives the terminal back and lets the signals have their usual effect again.</summary>
    public void Dispose()
    {
        Release([]);
        foreach (var registration in registrations ?? []) registration.Dispose();
        registrations = null;
    }

    private bool WaitForRoom(int milliseconds)
    {
        Span<Libc.Waiting> waiting = [new Libc.Waiting(output, Libc.CanWrite, 0)];
        return Libc.Poll(waiting, 1, milliseconds) > 0;
    }
}
