using System.Globalization;
using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// A program that runs, its pipes and its end. Disposing it closes the pipes and, through the helper, ends every descendant;
/// the kernel does the same when this process dies. Made by <see cref="ProcessRunner"/>.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(1), LongestPoll = TimeSpan.FromMilliseconds(50);

    private readonly int pid;
    private readonly string mark;
    private readonly TimeProvider clock;
    private readonly SafeFileHandle? lifeline;
    private readonly Lock signalling = new();
    private bool ended;

    private ChildProcess(Pipes pipes, int pid, string mark, TimeProvider clock)
    {
        (this.pid, this.mark, this.clock) = (pid, mark, clock);
        (Input, Output, Errors) = (pipes.Input, pipes.Output, pipes.Errors);
        lifeline = pipes.Lifeline;
        if (pipes.Status is null)
        {
            Gone = Ended = ReapAsync();
            return;
        }

        var reader = new StreamReader(pipes.Status, Encoding.UTF8);
        Ended = ReadEndAsync(reader);
        Gone = FollowHelperAsync(reader);
    }

    /// <summary>The process that we started: the program, or the helper that watches over it.</summary>
    public int Id => pid;

    /// <summary>Standard input; null when it is empty.</summary>
    public PipeStream? Input { get; }

    public PipeStream Output { get; }

    /// <summary>Standard error; null when it goes to <see cref="Output"/>.</summary>
    public PipeStream? Errors { get; }

    /// <summary>The end of the program itself, whoever still holds its pipes. Fails when it could not be started.</summary>
    public Task<ProcessEnd> Ended { get; }

    /// <summary>The end of the program and, when it is supervised, of all its descendants.</summary>
    public Task Gone { get; }

    /// <summary>Starts the program; with a helper under its supervision. The environment is the whole one.</summary>
    public static ChildProcess Start(
        ProcessSpec spec, string? helper, IReadOnlyDictionary<string, string> environment, TimeProvider clock)
    {
        var mark = $"MIMO_EXEC_ID={Guid.NewGuid():N}";
        using var variables = new NativeStrings([.. environment.Select(entry => $"{entry.Key}={entry.Value}"), mark]);
        var pipes = new Pipes();
        try
        {
            var inherited = pipes.Open(spec, helper is not null);
            var pid = helper is null
                ? Spawn.Start(spec.Program, spec.Arguments, variables, inherited, spec.Directory)
                : Spawn.Start(helper, HelperArguments(spec), variables, inherited, spec.Directory);
            return new ChildProcess(pipes, pid, mark, clock);
        }
        catch (IOException error)
        {
            pipes.Dispose();
            throw new ProcessStartException(
                Directory.Exists(spec.Directory) ? error.Message : $"The folder {spec.Directory} does not exist.");
        }
        finally
        {
            pipes.CloseInherited();
        }
    }

    /// <summary>Whether something was written that nobody has read yet.</summary>
    public bool HasUnread => Unread(Output) || (Errors is not null && Unread(Errors));

    /// <summary>Asks the program and all its descendants to end.</summary>
    public void Terminate() => Order('T', Libc.SigTerm);

    /// <summary>Kills the program and all its descendants.</summary>
    public void Kill() => Order('K', Libc.SigKill);

    public async ValueTask DisposeAsync()
    {
        Kill();
        await Gone;
        lifeline?.Dispose();
        await Output.DisposeAsync();
        if (Errors is not null)
            await Errors.DisposeAsync();
        if (Input is not null)
            await Input.DisposeAsync();
    }

    private static bool Unread(PipeStream pipe) =>
        !pipe.SafePipeHandle.IsClosed && Libc.UnreadBytes((int)pipe.SafePipeHandle.DangerousGetHandle()) > 0;

    private static string[] HelperArguments(ProcessSpec spec) =>
        [ExecCommand.Name, "--lifeline", "3", "--status", "4", "--limits", spec.Limits.Encode(), .. Terminal(spec), "--", spec.Program, .. spec.Arguments];

    private static string[] Terminal(ProcessSpec spec) => spec.Terminal is { } device ? ["--terminal", device] : [];

    private void Order(char order, int signal)
    {
        // A process id belongs to us until it is reaped, and not a moment longer.
        lock (signalling)
        {
            if (ended)
                return;
            if (lifeline is null)
                _ = Libc.Kill(-pid, signal);
            else if (!lifeline.IsClosed)
                Write(lifeline, (byte)order);
        }
    }

    private static unsafe void Write(SafeFileHandle pipe, byte value) => _ = Libc.Write((int)pipe.DangerousGetHandle(), &value, 1);

    private async Task<ProcessEnd> ReadEndAsync(StreamReader reader)
    {
        var line = await reader.ReadLineAsync();
        switch (line?.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            case ["exit", var code, .. var left]:
                return new ProcessEnd(Number(code), null, [.. left.Select(Number)]);
            case ["signal", var signal, .. var left]:
                return new ProcessEnd(null, Number(signal), [.. left.Select(Number)]);
            case ["failed", ..]:
                throw new ProcessStartException($"{line!["failed ".Length..]}.");
            default:
                // Somebody killed the helper: what it watched over carries our mark.
                ProcessTree.Signal(ProcessTree.Marked(mark), Libc.SigKill);
                return new ProcessEnd(null, Libc.SigKill, []);
        }
    }

    /// <summary>The helper stays as long as anything it watches over, and closes its status pipe when it goes.</summary>
    private async Task FollowHelperAsync(StreamReader reader)
    {
        try
        {
            await Ended;
            while (await reader.ReadLineAsync() is not null)
            {
                // Nothing more is told; only the end counts.
            }
        }
        catch (ProcessStartException)
        {
            // Whoever awaits Ended is told; here it only means that the helper is about to go.
        }
        finally
        {
            reader.Dispose();
        }

        await ReapAsync();
    }

    private async Task<ProcessEnd> ReapAsync()
    {
        var pause = ShortestPoll;
        for (var round = 0; ; round++)
        {
            lock (signalling)
            {
                if (Libc.WaitPid(pid, out var status, 1) != 0)
                {
                    ended = true;
                    return (status & 0x7f) is 0 ? new ProcessEnd(status >> 8 & 0xff, null, []) : new ProcessEnd(null, status & 0x7f, []);
                }
            }

            await Task.Delay(pause, clock, CancellationToken.None);
            if (round > 50 && pause < LongestPoll)
                pause *= 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
