using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Providers.Decorators;

/// <summary>How much patience each kind of trouble gets. Every patience ends, so that nobody waits for ever unseen.</summary>
public sealed record RetryPolicy
{
    /// <summary>Without a network: about five minutes.</summary>
    public Patience Network { get; init; } = new(15, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>When the provider is down or overloaded: about five minutes.</summary>
    public Patience Server { get; init; } = new(15, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>When it is asked too often: up to a quarter of an hour, as it says itself how long.</summary>
    public Patience RateLimit { get; init; } = new(20, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));

    /// <summary>When streams break: each try may have been paid for, so they are few.</summary>
    public Patience Stream { get; init; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>A provider that asks for more than this is not waited for.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>This policy with what a configuration says otherwise.</summary>
    public RetryPolicy With(RetryConfig config) => this with
    {
        Network = Network.With(config.Network),
        Server = Server.With(config.Server),
        RateLimit = RateLimit.With(config.RateLimit),
        Stream = Stream.With(config.Stream),
    };

    internal Patience? For(FailureKind kind) => kind switch
    {
        FailureKind.Network => Network,
        FailureKind.Server => Server,
        FailureKind.RateLimit => RateLimit,
        FailureKind.Stream => Stream,
        _ => null,
    };
}

/// <summary>
/// How often to try again and how long to wait: from First on twice as long each time, up to Longest. Total counts the time waited
/// and not the time passed, so that a laptop which slept has not used it up.
/// </summary>
public sealed record Patience(int Tries, TimeSpan First, TimeSpan Longest, TimeSpan Total)
{
    internal Patience With(PatienceConfig config) => new(
        config.MaxRetries is { } retries ? retries + 1 : Tries,
        config.InitialDelayMs is { } first ? TimeSpan.FromMilliseconds(first) : First,
        config.MaxDelayMs is { } longest ? TimeSpan.FromMilliseconds(longest) : Longest,
        config.DeadlineMs is { } total ? TimeSpan.FromMilliseconds(total) : Total);
}
