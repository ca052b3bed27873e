using System.Runtime.InteropServices;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>How much fits on a terminal.</summary>
internal readonly record struct TerminalSize(ushort Columns, ushort Rows)
{
    /// <summary>What programs expect that are told nothing.</summary>
    public static TerminalSize Usual => new(80, 24);
}

/// <summary>
/// A program on a pseudo terminal of its own, watched over like every child: disposing it ends the program and whatever it started.
/// One thread reads what is written, until nobody is left to write.
/// </summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private const int BufferSize = 16 << 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly ChildProcess child;
    private readonly TimeProvider clock;
    private readonly int window;

    // Held open, so that the terminal is not gone while one program has let go of it and the next has not taken it yet.
    private readonly int other;
    private readonly (int Read, int Write) wake = Libc.Pipe();
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock closing = new();
    private bool closed;

    private TerminalProcess(ChildProcess child, int window, int other, Action<ReadOnlySpan<byte>> onOutput, TimeProvider clock)
    {
        (this.child, this.window, this.other, this.clock) = (child, window, other, clock);
        new Thread(() => Read(onOutput), 128 << 10) { IsBackground = true, Name = "terminal" }.Start();
        Gone = FollowAsync();
    }

    /// <summary>The process that ends when the terminal does.</summary>
    public int Id => child.Id;

    /// <summary>The end of the program itself. Fails when it could not be started.</summary>
    public Task<ProcessEnd> Ended => child.Ended;

    /// <summary>The end of everything that it started, when all that was written has been read.</summary>
    public Task Gone { get; }

    /// <summary>Starts the program; output is called on a thread of its own and must not throw. The environment is the whole one.</summary>
    /// <exception cref="ProcessStartException">The system has no terminal left, or the folder does not exist.</exception>
    public static TerminalProcess Start(
        ProcessSpec spec, string helper, IReadOnlyDictionary<string, string> environment, TerminalSize size, Action<ReadOnlySpan<byte>> onOutput, TimeProvider clock)
    {
        var (window, other, device) = Open();
        try
        {
            Libc.ResizeTerminal(window, size.Columns, size.Rows);
            var child = ChildProcess.Start(spec with { Terminal = device }, helper, spec.Over(environment), clock);
            return new TerminalProcess(child, window, other, onOutput, clock);
        }
        catch (ProcessStartException)
        {
            Libc.Close(window);
            Libc.Close(other);
            throw;
        }
    }

    /// <summary>Another size; the programs on the terminal are told.</summary>
    public void Resize(TerminalSize size)
    {
        lock (closing)
        {
            if (!closed)
                Libc.ResizeTerminal(window, size.Columns, size.Rows);
        }
    }

    /// <summary>Types bytes; waits while the program reads nothing. What is typed after the end is nobody's.</summary>
    public async Task TypeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty && Type(bytes.Span) is >= 0 and var count)
        {
            bytes = bytes[count..];
            if (count is 0)
                await Task.Delay(Pause, clock, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await child.DisposeAsync();
        await Gone;
    }

    private static (int Window, int Other, string Device) Open()
    {
        try
        {
            return Libc.OpenTerminal();
        }
        catch (IOException none)
        {
            throw new ProcessStartException($"There is no terminal to be had: {none.Message}");
        }
    }

    private async Task FollowAsync()
    {
        await child.Gone;
        Wake();
        await read.Task;
    }

    /// <summary>How many bytes were taken; 0 when none can be now, -1 when nobody is there.</summary>
    private unsafe int Type(ReadOnlySpan<byte> bytes)
    {
        lock (closing)
        {
            if (closed)
                return -1;
            fixed (byte* start = bytes)
            {
                var count = (int)Libc.Write(window, start, (nuint)bytes.Length);
                return count >= 0 || MayTryAgain() ? Math.Max(0, count) : -1;
            }
        }
    }

    private unsafe void Wake()
    {
        byte word = 0;
        _ = Libc.Write(wake.Write, &word, 1);
    }

    private unsafe void Read(Action<ReadOnlySpan<byte>> onOutput)
    {
        var buffer = stackalloc byte[BufferSize];
        var entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = window, Events = Libc.Readable };
        entries[1] = new PollEntry { Descriptor = wake.Read, Events = Libc.Readable };
        while (true)
        {
            _ = Libc.Poll(entries, 2, -1);
            var count = (int)Libc.Read(window, buffer, BufferSize);
            if (count > 0)
                onOutput(new ReadOnlySpan<byte>(buffer, count));
            else if (entries[1].Happened is not 0 || !MayTryAgain())
                break;
        }

        lock (closing)
        {
            closed = true;
            foreach (var descriptor in (ReadOnlySpan<int>)[window, other, wake.Read, wake.Write])
                Libc.Close(descriptor);
        }

        read.SetResult();
    }

    private static bool MayTryAgain() => Marshal.GetLastPInvokeError() is Libc.TryAgain or Libc.Interrupted;
}
