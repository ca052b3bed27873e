using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// The helper mode <c>mimo __exec</c>: starts one program and watches over everything that comes of it. It adopts orphans, so
/// that no descendant gets out of reach; it ends them all when told to, or when the process that asked for them is gone.
/// It reports the end of the program at once and stays as long as descendants live.
/// </summary>
/// <remarks>
/// <c>mimo __exec [--lifeline FD] [--status FD] [--limits LIST] [--terminal DEVICE] [--] PROGRAM ARGUMENT…</c>. A byte <c>T</c> on the lifeline asks
/// all to end, <c>K</c> kills them, its end means that our parent died. The status is one line:
/// <c>exit CODE</c> or <c>signal NUMBER</c>, then the ids of the processes that are left; or <c>failed REASON</c>.
/// </remarks>
public static class ExecCommand
{
    /// <summary>The first argument that asks for this mode.</summary>
    public const string Name = "__exec";

    private const int CannotStart = 126, SignalBase = 128;

    /// <summary>Runs the helper; args do not hold the word __exec. Returns the exit code of this process.</summary>
    public static int Run(ReadOnlySpan<string> args)
    {
        var order = ExecOrder.Parse(args);
        int child;
        try
        {
            Libc.AdoptOrphans();
            Libc.CloseOnExecFrom(3);
            using var environment = NativeStrings.OwnEnvironment();
            child = Spawn.Start(order.Program, order.Arguments, environment, [0, 1, 2], terminal: order.Terminal);
            order.Limits.ApplyTo(child);
        }
        catch (IOException error)
        {
            Report(order.Status, $"failed {error.Message}");
            return CannotStart;
        }

        if (order.Status >= 0)
            LetGoOfOutput();
        return new Supervision(child, order).Run();
    }

    /// <summary>Our parent sees the end of the output when the last process that can write is gone; that must not be us.</summary>
    private static void LetGoOfOutput()
    {
        var nothing = Libc.OpenReadWrite("/dev/null");
        for (var descriptor = 0; descriptor <= 2; descriptor++)
            _ = Libc.Duplicate(nothing, descriptor);
    }

    private static unsafe void Report(int status, string line)
    {
        var text = Encoding.UTF8.GetBytes(line + '\n');
        fixed (byte* bytes = text)
            _ = Libc.Write(status >= 0 ? status : 2, bytes, (nuint)text.Length);
    }

    private sealed record ExecOrder(int Lifeline, int Status, ResourceLimits Limits, string? Terminal, string Program, string[] Arguments)
    {
        public static ExecOrder Parse(ReadOnlySpan<string> args)
        {
            var (lifeline, status, limits, terminal) = (-1, -1, new ResourceLimits(), (string?)null);
            var i = 0;
            for (; i < args.Length && args[i].StartsWith("--", StringComparison.Ordinal); i++)
            {
                switch (args[i])
                {
                    case "--lifeline":
                        lifeline = int.Parse(args[++i], CultureInfo.InvariantCulture);
                        continue;
                    case "--status":
                        status = int.Parse(args[++i], CultureInfo.InvariantCulture);
                        continue;
                    case "--limits":
                        limits = ResourceLimits.Decode(args[++i]);
                        continue;
                    case "--terminal":
                        terminal = args[++i];
                        continue;
                }

                i++;
                break;
            }

            return new ExecOrder(lifeline, status, limits, terminal, args[i], args[(i + 1)..].ToArray());
        }
    }

    /// <summary>The loop of the helper: one thread, no timers but those of ending.</summary>
    private sealed unsafe class Supervision(int child, ExecOrder order)
    {
        private const int GraceMilliseconds = 1000, TickMilliseconds = 20, MostWatched = 256, NoHang = 1;

        private readonly int self = Environment.ProcessId;
        private int lifeline = order.Lifeline;
        private int? exitCode;

        public int Run()
        {
            while (Reap())
            {
                switch (Wait(exitCode is null ? [child] : ProcessTree.Descendants(self)))
                {
                    case 'T':
                        Terminate();
                        break;
                    case 'K':
                        KillAll();
                        break;
                    case '\0':
                        EndAll();
                        break;
                }
            }

            return exitCode ?? CannotStart;
        }

        /// <summary>Collects whoever ended. False when no descendant is left.</summary>
        private bool Reap()
        {
            while (true)
            {
                var pid = Libc.WaitPid(-1, out var status, NoHang);
                if (pid == child)
                    Ended(status);
                else if (pid == 0)
                    return true;
                else if (pid < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    return false;
            }
        }

        private void Ended(int status)
        {
            var signal = status & 0x7f;
            var code = status >> 8 & 0xff;
            exitCode = signal == 0 ? code : SignalBase + signal;
            if (order.Status < 0)
                return;

            // Collect the zombies first, or they would be told as still running.
            var left = Libc.WaitPid(-1, out _, NoHang) >= 0 ? ProcessTree.Living(self) : [];
            Report(order.Status, $"{(signal == 0 ? $"exit {code}" : $"signal {signal}")} {string.Join(' ', left)}".TrimEnd());
        }

        /// <summary>Waits for an end or an order; ' ' when somebody ended, '\0' when our parent is gone.</summary>
        private char Wait(List<int> watched)
        {
            var entries = stackalloc PollEntry[MostWatched + 1];
            var count = 0;
            entries[count++] = new PollEntry { Descriptor = lifeline, Events = Libc.Readable };
            foreach (var pid in watched.Take(MostWatched))
            {
                if (Libc.OpenProcess(pid) is >= 0 and var descriptor)
                    entries[count++] = new PollEntry { Descriptor = descriptor, Events = Libc.Readable };
            }

            // Without descriptors for processes (an old kernel) we look again after a tick.
            _ = Libc.Poll(entries, (nuint)count, count > 1 ? -1 : TickMilliseconds);
            for (var i = 1; i < count; i++)
                Libc.Close(entries[i].Descriptor);
            return entries[0].Happened == 0 ? ' ' : ReadOrder();
        }

        private char ReadOrder()
        {
            byte order;
            if (Libc.Read(lifeline, &order, 1) == 1)
                return (char)order;
            lifeline = -1;
            return '\0';
        }

        private void Terminate()
        {
            var all = ProcessTree.Descendants(self);
            ProcessTree.Signal(all, Libc.SigTerm);
            ProcessTree.Signal(all, Libc.SigCont);
        }

        private void KillAll()
        {
            do
                ProcessTree.KillDescendants(self);
            while (Reap() && Tick());
        }

        private void EndAll()
        {
            Terminate();
            for (var waited = 0; waited < GraceMilliseconds && Reap(); waited += TickMilliseconds)
                Tick();
            KillAll();
        }

        private static bool Tick() => Libc.Poll(null, 0, TickMilliseconds) <= 0;
    }
}
