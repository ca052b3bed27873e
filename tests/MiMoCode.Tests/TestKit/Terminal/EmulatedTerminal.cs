using System.Text;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.TestKit.Terminal;

/// <summary>A terminal for programs under test: shows on a <see cref="VirtualTerminal"/>, types what the test types.</summary>
public sealed class EmulatedTerminal(int width, int height) : ITerminal
{
    private Action<ReadOnlyMemory<byte>>? received;
    private Action<TerminalSignal>? signalled;

    public VirtualTerminal Screen { get; init; } = new(width, height);

    public Size Size => new(Screen.Width, Screen.Height);

    public bool Acquired { get; private set; }

    public int Stops { get; private set; }

    /// <summary>Number of writes: one per frame.</summary>
    public int Writes { get; private set; }

    public void Acquire(Action<ReadOnlyMemory<byte>> received, Action<TerminalSignal> signalled) =>
        (this.received, this.signalled, Acquired) = (received, signalled, true);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Writes++;
        Screen.Write(bytes);
    }

    public void Release(ReadOnlySpan<byte> lastWords)
    {
        Screen.Write(lastWords);
        Acquired = false;
    }

    public void StopProcess() => Stops++;

    public void Type(string text) => received!(Encoding.UTF8.GetBytes(text));

    public void Signal(TerminalSignal signal) => signalled!(signal);

    public void Resize(int width, int height)
    {
        Screen.Resize(width, height);
        Signal(TerminalSignal.Resized);
    }

    /// <summary>Lets the terminal's answers reach the program.</summary>
    public void Answer()
    {
        var answers = Screen.Answers.ToString();
        Screen.Answers.Clear();
        if (answers.Length > 0) Type(answers);
    }
}
