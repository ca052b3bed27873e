namespace MiMoCode.Terminal.Tty;

/// <summary>Reads a terminal on a thread of its own until it is disposed; it then leaves unread bytes to others.</summary>
internal sealed class TerminalReader : IDisposable
{
    private readonly int input;
    private readonly Action<ReadOnlyMemory<byte>> received;
    private readonly Thread thread;
    private readonly int[] wake = new int[2];

    public TerminalReader(int input, Action<ReadOnlyMemory<byte>> received)
    {
        (this.input, this.received) = (input, received);
        if (Libc.Pipe(wake) != 0) throw new IOException("No pipe could be made to read the terminal with.");
        thread = new Thread(Run) { IsBackground = true, Name = "terminal input" };
        thread.Start();
    }

    public void Dispose()
    {
        Libc.Write(wake[1], [0], 1);
        if (Thread.CurrentThread != thread) thread.Join();
        _ = Libc.Close(wake[1]);
    }

    private void Run()
    {
        var buffer = new byte[64 * 1024];
        Span<Libc.Waiting> waiting = [new(input, Libc.CanRead, 0), new(wake[0], Libc.CanRead, 0)];
        while (true)
        {
            if (Libc.Poll(waiting, 2, -1) <= 0) continue;   // interrupted by a signal
            if (waiting[1].Happened != 0) break;
            var count = (int)Libc.Read(input, buffer, (nuint)buffer.Length);
            received(buffer.AsMemory(0, Math.Max(0, count)));
            if (count <= 0) break;
        }

        _ = Libc.Close(wake[0]);
    }
}
