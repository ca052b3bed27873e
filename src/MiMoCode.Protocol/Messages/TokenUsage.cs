using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Messages;

/// <summary>Tokens of a request as its provider counted them. Input leaves out what was read from or written to the cache.</summary>
public sealed record TokenUsage(long Input, long Output, long Reasoning, CacheTokens Cache, long? Total = null)
{
    /// <summary>Nothing was counted.</summary>
    public static TokenUsage None { get; } = new(0, 0, 0, new CacheTokens(0, 0));

    /// <summary>What the request and its reply take up in the window; the next request starts from here.</summary>
    [JsonIgnore] public long ContextTokens => Total ?? (Input + Output + Cache.Read + Cache.Write);

    /// <summary>What was sent: new input and input known to the cache.</summary>
    [JsonIgnore] public long PromptTokens => Input + Cache.Read + Cache.Write;

    /// <summary>Adds two counts; the total is dropped, since totals of different requests do not add up to a window.</summary>
    public static TokenUsage operator +(TokenUsage one, TokenUsage other) =>
        new(one.Input + other.Input, one.Output + other.Output, one.Reasoning + other.Reasoning,
            new CacheTokens(one.Cache.Read + other.Cache.Read, one.Cache.Write + other.Cache.Write));

    /// <summary>The same as the operator.</summary>
    public static TokenUsage Add(TokenUsage one, TokenUsage other) => one + other;
}

/// <summary>Prompt tokens that the provider's cache served or stored.</summary>
public sealed record CacheTokens(long Read, long Write);
