using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Loops;

/// <summary>
/// Gives recurring prompts when they are due and their session is idle; what a person says goes first. Nothing runs while there is no
/// loop.
/// </summary>
internal sealed class LoopRunner(LoopBook book, SessionStore store, string projectId, SessionLoops loops, Leases leases, BackgroundTasks background, TimeProvider clock)
    : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Begins to look after loops where there are any.</summary>
    public void Start()
    {
        if (Own().Any())
            background.TryStart("loops", RunAsync);
    }

    /// <summary>Ends looking after them; they are there at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Token);
        using var ticks = new Ticks(LookEvery, clock, either.Token);
        try
        {
            while (Own().ToList() is { Count: > 0 } all && await ticks.NextAsync())
            {
                foreach (var (sessionId, loop) in all.Where(each => each.Loop.Next <= clock.GetUtcNow()))
                    await GiveAsync(sessionId, loop, either.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The workspace closes.
        }
    }

    private async Task GiveAsync(string sessionId, Recurrence loop, CancellationToken cancellationToken)
    {
        if (loops.IsRunning(sessionId) || leases.IsHeld(Leases.OfSession(sessionId)))
            return;
        if (book.IsSpent(sessionId, loop))
        {
            await book.RemoveAsync(sessionId, loop.Id, cancellationToken);
            return;
        }

        // Counted first: what is given twice costs more than what is left out once.
        await book.CountAsync(sessionId, loop, cancellationToken);
        await loops.PromptAsync(
            sessionId,
            new PromptRequest { Parts = [new PromptText($"This comes by itself ({loop.Id}, {loop.Left - 1} times left):\n{loop.Prompt}", Synthetic: true)], Delivery = Delivery.WhenIdle },
            cancellationToken);
    }

    private IEnumerable<(string SessionId, Recurrence Loop)> Own() => book.All().Where(each => store.Find(each.SessionId)?.ProjectId == projectId);
}
