using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Budgets;

/// <summary>
/// Asks nothing more for a session whose budget is used up: neither the first request of a new prompt, nor one of a judge or writer,
/// nor another round that a gate would send the agent into.
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

        await foreach (var told in inner.StreamAsync(request, cancellationToken))
            yield return told;
    }
}
