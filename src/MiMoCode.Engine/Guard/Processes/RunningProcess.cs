using System.IO.Pipes;

namespace MiMoCode.Engine.Guard.Processes;

/// <summary>A started program whose output is being collected.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(2), KillAfterAbort = TimeSpan.FromMilliseconds(200);

    /// <summary>How long output is awaited that descendants of an ended program may still write.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(60);

    /// <summary>How long reading what was written may take on a busy machine.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(10);

    private readonly ChildProcess child;
    private readonly TimeProvider clock;
    private readonly Action<OutputCapture>? onOutput;
    private readonly Task reading;

    public RunningProcess(ChildProcess child, ReadOnlyMemory<byte>? input, OutputBounds bounds, Action<OutputCapture>? onOutput, TimeProvider clock)
    {
        (this.child, this.clock, this.onOutput) = (child, clock, onOutput);
        Output = new OutputCapture(bounds);
        Errors = child.Errors is null ? null : new OutputCapture(bounds with { Folder = null });
        reading = Task.WhenAll(
            ReadAsync(child.Output, Output),
            child.Errors is null ? Task.CompletedTask : ReadAsync(child.Errors, Errors!),
            child.Input is null ? Task.CompletedTask : FeedAsync(child.Input, input ?? default));
        Ended = EndAsync();
    }

    public OutputCapture Output { get; }

    public OutputCapture? Errors { get; }

    /// <summary>The end of the program, when all that it wrote has been read. Does not wait for others that hold its pipes.</summary>
    public Task<ProcessEnd> Ended { get; }

    /// <summary>The end of the program and all its descendants.</summary>
    public Task Gone => child.Gone;

    public void Terminate() => child.Terminate();

    public void Kill() => child.Kill();

    /// <summary>Waits for the end, at most for the timeout; then, or when cancelled, ends everything and waits for that.</summary>
    public async Task<ProcessResult> FinishAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return new ProcessResult(await Ended.WaitAsync(timeout, clock, cancellationToken), false, Output, Errors);
        }
        catch (TimeoutException)
        {
            await EndAllAsync(KillAfter);
            return new ProcessResult(await Ended, true, Output, Errors);
        }
        catch (OperationCanceledException)
        {
            await EndAllAsync(KillAfterAbort);
            throw;
        }
    }

    /// <summary>Asks the program and all its descendants to end, and kills what is left after the grace.</summary>
    public async Task EndAllAsync(TimeSpan grace)
    {
        Terminate();
        try
        {
            await Gone.WaitAsync(grace, clock);
        }
        catch (TimeoutException)
        {
            Kill();
            await Gone;
        }
    }

    public async ValueTask DisposeAsync()
    {
        child.Kill();
        await child.Gone;

        // Everybody who could write is gone; what they wrote is read before the pipes are closed.
        await ReadingAsync(LongestReading);
        await child.DisposeAsync();
        await reading;
        Output.Dispose();
    }

    private async Task<ProcessEnd> EndAsync()
    {
        var end = await child.Ended;

        // When nobody is left to hold the pipes, they end: all that was written is read, however busy the machine is. Else what
        // is in them now is read, and what descendants write later is not waited for.
        if (end.Left.IsEmpty)
            await ReadingAsync(LongestReading);
        else
            await ReadWaitingAsync();
        return end;
    }

    private async Task ReadWaitingAsync()
    {
        var start = clock.GetTimestamp();
        while (!await ReadingAsync(Grace) && child.HasUnread && clock.GetElapsedTime(start) < LongestReading)
        {
            // A descendant that writes without end must not hold us for ever.
        }
    }

    /// <summary>True when the pipes have ended within the time.</summary>
    private async Task<bool> ReadingAsync(TimeSpan atMost)
    {
        try
        {
            await reading.WaitAsync(atMost, clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task ReadAsync(PipeStream pipe, OutputCapture capture)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await pipe.ReadAsync(buffer) is > 0 and var count)
            {
                capture.Add(buffer.AsSpan(0, count));
                onOutput?.Invoke(capture);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe was closed under us, because nobody reads on.
        }
    }

    private static async Task FeedAsync(PipeStream pipe, ReadOnlyMemory<byte> input)
    {
        try
        {
            await pipe.WriteAsync(input);
        }
        catch (IOException)
        {
            // The program did not want it all.
        }
        finally
        {
            await pipe.DisposeAsync();
        }
    }
}
