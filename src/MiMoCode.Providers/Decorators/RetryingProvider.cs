using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace MiMoCode.Providers.Decorators;

/// <summary>
/// Tries again where that may help, and says so as it happens. What a broken attempt had told is withdrawn with
/// <see cref="Restarted"/>; what it cost stays in the bill. Tools never ran by then, so nothing happens twice.
/// </summary>
public sealed class RetryingProvider(IProvider inner, RetryPolicy policy, TimeProvider clock, Random random) : IProvider
{
    /// <summary>A decorator whose delays differ from process to process.</summary>
    public RetryingProvider(IProvider inner, RetryPolicy policy, TimeProvider clock)
        : this(inner, policy, clock, Random.Shared)
    {
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<ModelEvent> StreamAsync(
        ModelRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var trials = new Trials(policy, random);
        ImmutableArray<Billed> billed = [];
        while (true)
        {
            Finished? end = null;
            var hasTold = false;
            await foreach (var told in inner.StreamAsync(request, cancellationToken).ConfigureAwait(false))
            {
                end = told as Finished;
                if (end is not null)
                    continue;
                hasTold = true;
                yield return told;
            }

            if (end is null)
                yield break;
            billed = billed.AddRange(end.Billed);
            if (end.Failure is not { } failure || trials.Next(failure) is not { } delay)
            {
                yield return end with { Billed = billed, Failure = trials.Account(end.Failure) };
                yield break;
            }

            yield return new Retrying(trials.Count, delay, failure.Message, policy.For(failure.Kind)!.Tries - 1);
            await Task.Delay(delay, clock, cancellationToken).ConfigureAwait(false);
            if (hasTold)
                yield return new Restarted();
        }
    }

    /// <summary>What was tried for one request.</summary>
    private sealed class Trials(RetryPolicy policy, Random random)
    {
        private readonly Dictionary<FailureKind, (int Tries, TimeSpan Waited)> spent = [];

        public int Count { get; private set; }

        /// <summary>How long to wait before the next try; null when it is not to be tried again.</summary>
        public TimeSpan? Next(ProviderFailure failure)
        {
            if (!failure.IsRetryable || policy.For(failure.Kind) is not { } patience || failure.RetryAfter > policy.LongestRetryAfter)
                return null;
            var (tries, waited) = spent.GetValueOrDefault(failure.Kind);
            var delay = Delay(patience, tries, failure.RetryAfter);
            if (tries + 1 >= patience.Tries || waited + delay > patience.Total)
                return null;
            spent[failure.Kind] = (tries + 1, waited + delay);
            Count++;
            return delay;
        }

        /// <summary>Adds to a failure that ends the request what was tried against it.</summary>
        public ProviderFailure? Account(ProviderFailure? failure)
        {
            if (failure is not { IsRetryable: true })
                return failure;
            if (failure.RetryAfter > policy.LongestRetryAfter)
                return failure with { Message = $"{failure.Message} It asks to wait {failure.RetryAfter:hh\\:mm\\:ss}, which is too long to wait for." };
            return Count == 0 ? failure : failure with { Message = $"{failure.Message} Given up after {Count + 1} tries." };
        }

        private TimeSpan Delay(Patience patience, int tries, TimeSpan? asked)
        {
            var backoff = patience.First * Math.Pow(2, Math.Min(tries, 30));
            if (backoff > patience.Longest)
                backoff = patience.Longest;
            // Never earlier than asked, and never all at the same moment.
            return asked is { } wait ? wait * (1 + (random.NextDouble() * 0.1)) : backoff * (0.75 + (random.NextDouble() * 0.5));
        }
    }
}
