using System.ComponentModel;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation.

/// <summary>How much patience each kind of trouble with a provider gets; what is left out keeps its default.</summary>
public sealed record RetryConfig
{
    [Description("Seconds that a request waits in all for a network, a provider or its turn to come back; 3600 when left out. What cannot pass, as a refused key, is not waited for.")]
    public int? Patience { get; set; }

    [Description("There is no connection, or it broke before an answer.")]
    public PatienceConfig Network { get; set; } = new();

    [Description("The provider is down or overloaded.")]
    public PatienceConfig Server { get; set; } = new();

    [Description("The provider is asked too often.")]
    public PatienceConfig RateLimit { get; set; } = new();

    [Description("A reply broke off; each try may have been paid for.")]
    public PatienceConfig Stream { get; set; } = new();
}

/// <summary>How often to try again, and how long to wait.</summary>
public sealed record PatienceConfig
{
    [JsonPropertyName("maxRetries")]
    [Description("Tries after the first one; 0 for none. When left out, as many as the time allows.")]
    public int? MaxRetries { get; set; }

    [JsonPropertyName("initialDelayMs")]
    [Description("Milliseconds before the second try; each later wait is twice as long.")]
    public int? InitialDelayMs { get; set; }

    [JsonPropertyName("maxDelayMs")]
    [Description("Milliseconds that one wait may take.")]
    public int? MaxDelayMs { get; set; }

    [JsonPropertyName("deadlineMs")]
    [Description("Milliseconds that all waits together may take.")]
    public long? DeadlineMs { get; set; }
}
