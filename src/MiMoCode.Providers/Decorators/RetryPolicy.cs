using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Providers.Decorators;

/// <summary>How much patience each kind of trouble gets. Every patience ends, so that nobody waits for ever unseen.</summary>
public sealed record RetryPolicy
{
    // Long enough for an outage in the night, short enough that one which nobody mends is told in the morning.
    private static readonly Patience Outage = new(null, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));

    /// <summary>Without a network.</summary>
    public Patience Network { get; init; } = Outage;

    /// <summary>When the provider is down or overloaded.</summary>
    public Patience Server { get; init; } = Outage;

    /// <summary>When it is asked too often. As it may say itself how long to wait, one wait may take all of the patience.</summary>
    public Patience RateLimit { get; init; } = Outage with { First = TimeSpan.FromSeconds(2) };

    /// <summary>When streams break: each try may have been paid for, so they are few.</summary>
    public Patience Stream { get; init; } = new(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));

    /// <summary>This policy with what a configuration says otherwise; what it says of one kind wins over what it says of all.</summary>
    public RetryPolicy With(RetryConfig config) => this with
    {
        Network = Network.With(config.Patience).With(config.Network),
        Server = Server.With(config.Patience).With(config.Server),
        RateLimit = RateLimit.With(config.Patience).With(config.RateLimit),
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
/// How often to try again and how long to wait: from First on twice as long each time, up to Longest, unless the provider asks for
/// more. Without Tries as often as Total allows. Total counts the time waited and not the time passed, so that a laptop which slept has
/// not used it up.
/// </summary>
public sealed record Patience(int? Tries, TimeSpan First, TimeSpan Longest, TimeSpan Total)
{
    internal Patience With(int? seconds) => seconds is { } total ? this with { Total = TimeSpan.FromSeconds(total) } : this;

    internal Patience With(PatienceConfig config) => new(
        config.MaxRetries is { } retries ? retries + 1 : Tries,
        config.InitialDelayMs is { } first ? TimeSpan.FromMilliseconds(first) : First,
        config.MaxDelayMs is { } longest ? TimeSpan.FromMilliseconds(longest) : Longest,
        config.DeadlineMs is { } total ? TimeSpan.FromMilliseconds(total) : Total);
}
