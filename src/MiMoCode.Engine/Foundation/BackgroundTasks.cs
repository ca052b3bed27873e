namespace MiMoCode.Engine.Foundation;

/// <summary>
/// Work that nobody waits for, each piece under its name. The workspace owns it: whatever still runs when it closes gets a while to
/// end by itself, then is stopped; what was stopped goes on at the next start.
/// </summary>
internal sealed class BackgroundTasks(TimeSpan patience, Action<string, Exception> report, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Task> running = [];
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationTokenSource stop = new();

    /// <summary>Starts the work unless work of this name runs already; true when it did.</summary>
    public bool TryStart(string name, Func<CancellationToken, Task> work) => Begin(name, work, stop.Token);

    /// <summary>The same for work that is given no while at the end: it stops at once and is none the worse for it.</summary>
    public bool TryStartIdle(string name, Func<CancellationToken, Task> work) => Begin(name, work, closing.Token);

    private bool Begin(string name, Func<CancellationToken, Task> work, CancellationToken until)
    {
        lock (gate)
        {
            if (closing.IsCancellationRequested || running.ContainsKey(name))
                return false;
#pragma warning disable RS0030 // The one place that may start work nobody waits for: it owns it.
            running[name] = Task.Run(() => RunAsync(name, work, until), CancellationToken.None);
#pragma warning restore RS0030
            return true;
        }
    }

    /// <summary>The running work of this name; a completed task when there is none.</summary>
    public Task Find(string name)
    {
        lock (gate)
            return running.GetValueOrDefault(name) ?? Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        Task[] left;
        await closing.CancelAsync();
        lock (gate)
            left = [.. running.Values];
        var ended = Task.WhenAll(left);
        try
        {
            await ended.WaitAsync(patience, clock);
        }
        catch (TimeoutException)
        {
            // It has had its time.
        }

        await stop.CancelAsync();
        await ended;
        closing.Dispose();
        stop.Dispose();
    }

    // A border: nobody awaits this work, so that its failure is told to the log.
    private async Task RunAsync(string name, Func<CancellationToken, Task> work, CancellationToken until)
    {
        try
        {
            await work(until);
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
            // Stopped at the end of the program.
        }
        catch (Exception error)
        {
            report(name, error);
        }
        finally
        {
            lock (gate)
                running.Remove(name);
        }
    }
}
