using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>
/// Asks nothing more for a session whose budget is used up: neither the first request of a new prompt, nor one of a judge or writer,
/// nor another round that a gate would send the agent into. A reply is broken off when its time is over.
/// </summary>
internal sealed class BudgetedProvider(IProvider inner, BudgetBook book, string rootId) : IProvider
{
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (book.UsedUp(rootId) is { } used)
        {
            yield return new Finished(
                StopReason.Budget, TokenUsage.None, [], new ProviderFailure(FailureKind.Quota, $"{used.End} Nothing was asked."));
            yield break;
        }

        using var limit = book.Deadline(rootId, TimeSpan.Zero);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await using var events = inner.StreamAsync(request, stop.Token).GetAsyncEnumerator(stop.Token);
        while (await AdvanceAsync(events, limit, cancellationToken) is { } isThere)
        {
            if (!isThere)
                yield break;
            yield return events.Current;
        }

        // A step like any other: the gate counts it, and ends the turn by what it finds.
        yield return new PartEnded();
        yield return new Finished(
            StopReason.Failed, TokenUsage.None, [],
            new ProviderFailure(FailureKind.Quota, "The time that may be spent is used up, so the reply was broken off."));
    }

    /// <summary>Null when the time ran out while the model was waited for.</summary>
    private static async ValueTask<bool?> AdvanceAsync(
        IAsyncEnumerator<ModelEvent> events, CancellationTokenSource limit, CancellationToken cancellationToken)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
