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
            if (end.Failure is not { } failure || trials.Next(failure) is not { } retry)
            {
                yield return end with { Billed = billed, Failure = trials.Account(end.Failure) };
                yield break;
            }

            yield return retry;
            await Task.Delay(retry.Delay, clock, cancellationToken).ConfigureAwait(false);
            if (hasTold)
                yield return new Restarted();
        }
    }

    /// <summary>What was tried for one request.</summary>
    private sealed class Trials(RetryPolicy policy, Random random)
    {
        private readonly Dictionary<FailureKind, (int Tries, TimeSpan Waited)> spent = [];

        private int count;

        /// <summary>How long to wait before the next try; null when it is not to be tried again.</summary>
        public Retrying? Next(ProviderFailure failure)
        {
            if (!failure.IsRetryable || policy.For(failure.Kind) is not { } patience)
                return null;
            var (tries, waited) = spent.GetValueOrDefault(failure.Kind);
            var delay = Delay(patience, tries, failure.RetryAfter);
            if (tries + 1 >= patience.Tries || waited + delay > patience.Total)
                return null;
            spent[failure.Kind] = (tries + 1, waited + delay);
            return new Retrying(++count, delay, failure.Message, patience.Tries - 1, patience.Total - waited);
        }

        /// <summary>Adds to a failure that ends the request what was tried against it.</summary>
        public ProviderFailure? Account(ProviderFailure? failure)
        {
            if (failure is not { IsRetryable: true } || policy.For(failure.Kind) is not { } patience)
                return failure;
            var waited = TimeSpan.FromTicks(spent.Values.Sum(each => each.Waited.Ticks));
            if (failure.RetryAfter is { } asked && asked + spent.GetValueOrDefault(failure.Kind).Waited > patience.Total)
            {
                return failure with
                {
                    Message = $"{failure.Message} It asks to wait {Span(asked)}, which is more than the patience of {Span(patience.Total)} (retry.patience).",
                };
            }

            return count is 0 ? failure : failure with { Message = $"{failure.Message} Given up after {count + 1} tries in {Span(waited)}." };
        }

        private TimeSpan Delay(Patience patience, int tries, TimeSpan? asked)
        {
            var backoff = patience.First * Math.Pow(2, Math.Min(tries, 30));
            if (backoff > patience.Longest)
                backoff = patience.Longest;
            // Never earlier than asked, and never all at the same moment.
            return asked is { } wait ? wait * (1 + (random.NextDouble() * 0.1)) : backoff * (0.75 + (random.NextDouble() * 0.5));
        }

        private static string Span(TimeSpan time) => time switch
        {
            { TotalMinutes: < 2 } => $"{time.TotalSeconds:0} s",
            { TotalHours: < 2 } => $"{time.TotalMinutes:0} min",
            _ => $"{time.TotalHours:0} h",
        };
    }
}
