using System.Diagnostics;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench.LongHorizon;

/// <summary>Runs the program for one prompt, and kills it, if wanted, when it has sent so many requests.</summary>
internal sealed class KilledRuns : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<string> commands = [];
    private Process? victim;
    private int left;

    /// <summary>How often a program was killed.</summary>
    public int Count { get; private set; }

    /// <summary>How many steps were asked for a second time.</summary>
    public int Repeated { get; private set; }

    /// <summary>Lets a reply pass, or kills the program that waits for it.</summary>
    public Reply Pass(Reply reply)
    {
        lock (gate)
        {
            if (reply.ToolCalls is [{ Name: "bash" } call] && !commands.Add(call.Arguments))
                Repeated++;
            if (victim is not null && left-- is 0)
            {
                victim.Kill();
                (victim, Count) = (null, Count + 1);
            }
        }

        return reply;
    }

    public async Task RunAsync(ProcessStartInfo start, int? killAfter)
    {
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        lock (gate)
            (victim, left) = (killAfter is null ? null : process, killAfter ?? 0);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        if (killAfter is null && process.ExitCode != 0)
            Console.WriteLine($"  the program ended with {process.ExitCode}: {await errors}");
    }

    public void Dispose() => victim?.Dispose();
}
