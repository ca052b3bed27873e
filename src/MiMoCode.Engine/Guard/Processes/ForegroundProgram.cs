using System.Collections.Immutable;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// A program that has the person's terminal while it runs, such as an editor: it shares our session and our standard streams.
/// </summary>
internal static class ForegroundProgram
{
    private const int NoHang = 1;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs it to its end; the number a shell would show.</summary>
    /// <exception cref="IOException">It could not be started.</exception>
    public static async Task<int> RunAsync(
        string program,
        ImmutableArray<string> arguments,
        string directory,
        IReadOnlyDictionary<string, string> environment,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var variables = new NativeStrings([.. environment.Select(entry => $"{entry.Key}={entry.Value}")]);
        var pid = Spawn.Start(program, arguments, variables, [0, 1, 2], directory, ownSession: false);
        try
        {
            int status;
            while (Libc.WaitPid(pid, out status, NoHang) == 0)
                await Task.Delay(Poll, clock, cancellationToken);
            return (status & 0x7f) is var signal and not 0 ? 128 + signal : status >> 8 & 0xff;
        }
        catch (OperationCanceledException)
        {
            _ = Libc.Kill(pid, Libc.SigTerm);
            throw;
        }
    }
}
