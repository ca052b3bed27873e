using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers;

/// <summary>
/// Exactly what one model request sees. An adapter turns it into its wire format and adds nothing. Messages are immutable and keep
/// their identity from request to request, so an adapter may keep the bytes it made of one.
/// </summary>
public sealed record ModelRequest
{
    /// <summary>The model that is asked.</summary>
    public required Model Model { get; init; }

    /// <summary>The system text of the window.</summary>
    public required string System { get; init; }

    /// <summary>The messages of the window, in order.</summary>
    public required ImmutableList<MessageWithParts> Messages { get; init; }

    /// <summary>The tools that are offered, in an order that stays the same for the whole window.</summary>
    public required ImmutableArray<ToolDefinition> Tools { get; init; }

    /// <summary>Whether the model may, must or must not call a tool.</summary>
    public ToolChoice ToolChoice { get; init; }

    /// <summary>Upper bound of the reply in tokens; the model's own when null.</summary>
    public int? MaxOutput { get; init; }

    /// <summary>The variant of the model, for instance its reasoning effort.</summary>
    public string? Variant { get; init; }

    /// <summary>Settings that go to the provider as they are, such as temperature.</summary>
    public ImmutableDictionary<string, JsonElement> Options { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>What the request is for; it is billed under this word.</summary>
    public Purpose Purpose { get; init; }

    /// <summary>The session, so that requests of one session meet the same cache.</summary>
    public required string SessionId { get; init; }
}

/// <summary>Whether the model may, must or must not call a tool.</summary>
public enum ToolChoice
{
    /// <summary>It may.</summary>
    Auto,

    /// <summary>It must.</summary>
    Required,

    /// <summary>It must not.</summary>
    None,
}

/// <summary>What a paid request was for.</summary>
public enum Purpose
{
    /// <summary>The agent's own work.</summary>
    Main,

    /// <summary>One of several candidates.</summary>
    Candidate,

    /// <summary>Judging.</summary>
    Judge,

    /// <summary>Writing a checkpoint or a summary.</summary>
    Writer,

    /// <summary>Naming a session.</summary>
    Title,
}
