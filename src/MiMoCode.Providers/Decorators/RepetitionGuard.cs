using System.Runtime.CompilerServices;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Decorators;

/// <summary>Stops a reply that says the same thing without end, in its text or in its thinking, before it has cost a fortune.</summary>
public sealed class RepetitionGuard(IProvider inner) : IProvider
{
    private const int CharactersPerToken = 4;

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var text = new RepetitionDetector();
        var thinking = new RepetitionDetector();
        await foreach (var told in inner.StreamAsync(request, cancellationToken).ConfigureAwait(false))
        {
            yield return told;
            var found = told switch
            {
                TextDelta delta => text.Feed(delta.Text),
                ReasoningDelta delta => thinking.Feed(delta.Text),
                _ => null,
            };
            if (found is null)
                continue;
            yield return new PartEnded();
            yield return Stopped(request, found, text.Length + thinking.Length);
            yield break;
        }
    }

    /// <summary>The provider counts what it sent, but never tells it once the stream is dropped: the reply is billed by estimate.</summary>
    private static Finished Stopped(ModelRequest request, string found, long characters)
    {
        var usage = new TokenUsage(0, characters / CharactersPerToken, 0, new CacheTokens(0, 0));
        var billed = new Billed(request.Purpose, request.Model.Ref, usage, request.Model.Prices.Of(usage));
        return new Finished(
            StopReason.Failed, TokenUsage.None, [billed],
            new ProviderFailure(FailureKind.Repetition, $"The model repeated itself without end and was stopped: {found}"));
    }
}
