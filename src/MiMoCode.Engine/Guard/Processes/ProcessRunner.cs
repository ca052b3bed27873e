namespace MiMoCode.Engine.Guard.Processes;

/// <summary>
/// The one place that starts programs. Helper is the path of the mimo program, which watches over what is started; null where
/// there is none (then only the direct process group can be ended). The environment is this process's own; children get a
/// clean copy.
/// </summary>
internal sealed class ProcessRunner(
    string? helper, IReadOnlyDictionary<string, string> environment, TimeProvider clock) : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string> clean = ChildEnvironment.From(environment);
    private readonly HashSet<RunningProcess> running = [];

    /// <summary>What children get to see.</summary>
    public IReadOnlyDictionary<string, string> Environment => clean;

    /// <summary>Starts a program and returns at once. Throws <see cref="ProcessStartException"/>, or fails when awaited.</summary>
    public RunningProcess Start(ProcessSpec spec, OutputBounds? bounds = null, Action<OutputCapture>? onOutput = null)
    {
        var started = new RunningProcess(StartRaw(spec), spec.Input, bounds ?? OutputBounds.Default, onOutput, clock);
        lock (running)
            running.Add(started);
        _ = ForgetAsync(started);
        return started;
    }

    /// <summary>Starts a program on a terminal of its own, for a person to use.</summary>
    /// <exception cref="ProcessStartException">There is no terminal, or none of our program to watch over it.</exception>
    public TerminalProcess StartTerminal(ProcessSpec spec, TerminalSize size, Action<ReadOnlySpan<byte>> onOutput) => TerminalProcess.Start(
        spec, helper ?? throw new ProcessStartException("Terminals need the mimo program."), ChildEnvironment.ForPerson(environment), size, onOutput, clock);

    /// <summary>Starts a program whose pipes the caller reads and writes himself: a server that speaks over them.</summary>
    public ChildProcess StartRaw(ProcessSpec spec) => ChildProcess.Start(spec, spec.Supervised ? helper : null, spec.Over(clean), clock);

    /// <summary>
    /// Runs a program to its end. After the timeout, or when cancelled, everything it started is ended. What it left running of
    /// its own accord goes on until this runner is disposed, and is named in the result.
    /// </summary>
    public async Task<ProcessResult> RunAsync(
        ProcessSpec spec,
        TimeSpan timeout,
        CancellationToken cancellationToken,
        OutputBounds? bounds = null,
        Action<OutputCapture>? onOutput = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var process = Start(spec, bounds, onOutput);
        return await process.FinishAsync(timeout, cancellationToken);
    }

    /// <summary>Ends everything that is still running.</summary>
    public async ValueTask DisposeAsync()
    {
        RunningProcess[] left;
        lock (running)
            left = [.. running];
        foreach (var process in left)
            process.Terminate();
        await Task.WhenAll(left.Select(process => process.DisposeAsync().AsTask()));
    }

    private async Task ForgetAsync(RunningProcess process)
    {
        await process.Gone;
        await process.DisposeAsync();
        lock (running)
            running.Remove(process);
    }
}

/// <summary>What became of a program and what it wrote.</summary>
internal sealed record ProcessResult(ProcessEnd End, bool TimedOut, OutputCapture Output, OutputCapture? Errors)
{
    public bool Succeeded => End.Code is 0 && !TimedOut;
}
