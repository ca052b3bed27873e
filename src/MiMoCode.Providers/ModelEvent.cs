using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers;

/// <summary>What a provider tells while it streams. Parts come one after the other; an adapter whose wire mixes them puts them in order.</summary>
public abstract record ModelEvent;

/// <summary>More text.</summary>
public sealed record TextDelta(string Text) : ModelEvent;

/// <summary>More of the model's thinking.</summary>
public sealed record ReasoningDelta(string Text) : ModelEvent;

/// <summary>The open text or reasoning is complete. Metadata is what the provider wants back with it, such as a signature.</summary>
public sealed record PartEnded(JsonElement? Metadata = null) : ModelEvent;

/// <summary>A tool call has begun; its input is still coming in. For people to see.</summary>
public sealed record ToolCallStarted(string CallId, string Tool) : ModelEvent;

/// <summary>More of a tool call's input, as raw text. For people to see; never executed.</summary>
public sealed record ToolInputDelta(string CallId, string Text) : ModelEvent;

/// <summary>
/// A tool call whose input has come in whole. When the input is not a JSON object, <see cref="Malformed"/> says why, the raw text
/// stands in <see cref="Raw"/> and the call is answered with an error, never repaired and run.
/// </summary>
public sealed record ToolCalled(
    string CallId, string Tool, JsonElement Input, string? Raw = null, string? Malformed = null, JsonElement? Metadata = null) : ModelEvent;

/// <summary>
/// A decorator waits and will try again: at most so often, where that is limited, and waits no longer than Left from now on, all waits
/// together. For people to see; nothing is withdrawn yet.
/// </summary>
public sealed record Retrying(int Attempt, TimeSpan Delay, string Reason, int? AtMost, TimeSpan Left) : ModelEvent;

/// <summary>The attempt so far is void: whoever kept its deltas and parts drops them.</summary>
public sealed record Restarted : ModelEvent;

/// <summary>Always the last event. Usage fills the window; Billed is everything that was paid for, this request included.</summary>
public sealed record Finished(
    StopReason Reason, TokenUsage Usage, ImmutableArray<Billed> Billed, ProviderFailure? Failure = null) : ModelEvent;

/// <summary>One paid request and what it was for. Cost is in US dollars.</summary>
public sealed record Billed(Purpose Purpose, ModelRef Model, TokenUsage Usage, decimal Cost);

/// <summary>Why a request failed, in a class that says what can be done about it.</summary>
public sealed record ProviderFailure(FailureKind Kind, string Message)
{
    /// <summary>The HTTP status, where there was one.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the provider asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body of the answer, cut, for people who look for the cause.</summary>
    public string? Body { get; init; }

    /// <summary>True where trying again may help.</summary>
    public bool IsRetryable => Kind is FailureKind.Network or FailureKind.RateLimit or FailureKind.Server or FailureKind.Stream;
}

/// <summary>Classes of failures.</summary>
public enum FailureKind
{
    /// <summary>No connection, or it broke before an answer.</summary>
    Network,

    /// <summary>Too many requests.</summary>
    RateLimit,

    /// <summary>The provider is down or overloaded.</summary>
    Server,

    /// <summary>The stream broke, stalled or made no sense.</summary>
    Stream,

    /// <summary>The key is missing or was refused.</summary>
    Auth,

    /// <summary>Quota or credit is used up.</summary>
    Quota,

    /// <summary>The request is longer than the window.</summary>
    ContextFull,

    /// <summary>The provider withheld the reply.</summary>
    Filtered,

    /// <summary>The request was refused for another reason.</summary>
    Refused,

    /// <summary>The model said the same thing without end and was stopped.</summary>
    Repetition,
}
