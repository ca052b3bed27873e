using MiMoCode.Protocol.Messages;

namespace MiMoCode.Protocol.Sessions;

/// <summary>What was billed in one group.</summary>
public sealed record UsageSum(string Group, long Requests, TokenUsage Tokens, decimal Cost);

/// <summary>What sums are grouped by.</summary>
public enum UsageGroup
{
    /// <summary>What a request was for.</summary>
    Purpose,

    /// <summary>The model, as <c>provider/model</c>.</summary>
    Model,

    /// <summary>The session.</summary>
    Session,

    /// <summary>The session that a person started.</summary>
    Root,

    /// <summary>The day in UTC, as <c>2026-11-22</c>.</summary>
    Day,
}
