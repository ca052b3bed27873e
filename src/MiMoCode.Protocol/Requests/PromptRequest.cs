using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Protocol.Requests;

/// <summary>What a door asks of a session. With a message id it is idempotent: sent again, it is the same prompt.</summary>
public sealed record PromptRequest
{
    /// <summary>The text, files and mentions of the prompt.</summary>
    public required ImmutableArray<PromptPart> Parts { get; init; }

    /// <summary>The id of the user message, chosen by the client.</summary>
    [JsonPropertyName("messageID")] public string? MessageId { get; init; }

    /// <summary>The model that is to answer; the session's last one when absent.</summary>
    public ModelRef? Model { get; init; }

    /// <summary>The agent that is to answer; the session's last one when absent.</summary>
    public string? Agent { get; init; }

    /// <summary>The variant of the model.</summary>
    public string? Variant { get; init; }

    /// <summary>True: the message is stored and nobody answers.</summary>
    public bool? NoReply { get; init; }

    /// <summary>Instructions for this turn.</summary>
    public string? System { get; init; }

    /// <summary>Tools switched on or off for this turn.</summary>
    public ImmutableDictionary<string, bool>? Tools { get; init; }

    /// <summary>The form of the answer.</summary>
    public OutputFormat? Format { get; init; }

    /// <summary>When a busy session takes it: before its next model request, or when it is idle.</summary>
    public Delivery? Delivery { get; init; }
}

/// <summary>When a busy session takes a message.</summary>
public enum Delivery
{
    /// <summary>Before its next model request.</summary>
    [JsonStringEnumMemberName("next-step")] NextStep,

    /// <summary>When the turn is over.</summary>
    [JsonStringEnumMemberName("when-idle")] WhenIdle,
}

/// <summary>A piece of a prompt.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(PromptText), "text")]
[JsonDerivedType(typeof(PromptFile), "file")]
[JsonDerivedType(typeof(PromptAgent), "agent")]
[JsonDerivedType(typeof(PromptSubtask), "subtask")]
public abstract record PromptPart
{
    /// <summary>The id of the part, chosen by the client.</summary>
    public string? Id { get; init; }
}

/// <summary>Text.</summary>
public sealed record PromptText(string Text, bool? Synthetic = null, bool? Ignored = null) : PromptPart;

/// <summary>A file by its address: <c>file:</c>, <c>data:</c> or the web.</summary>
public sealed record PromptFile(string Mime, string Url, string? Filename = null, JsonElement? Source = null) : PromptPart;

/// <summary>A mention of an agent.</summary>
public sealed record PromptAgent(string Name, JsonElement? Source = null) : PromptPart;

/// <summary>Work for a subagent.</summary>
public sealed record PromptSubtask(
    string Prompt, string Description, string Agent, ModelRef? Model = null, string? Command = null) : PromptPart;

/// <summary>The prompt is durable. Busy is true when it waits behind a turn that is running.</summary>
public sealed record PromptAccepted([property: JsonPropertyName("messageID")] string MessageId, bool Busy)
{
    /// <summary>What came of a command that the program carried out itself: no turn follows. Null for everything else.</summary>
    public string? Said { get; init; }
}

/// <summary>A slash command, to be expanded to a prompt.</summary>
public sealed record CommandRequest(
    string Command,
    string Arguments,
    [property: JsonPropertyName("messageID")] string? MessageId = null,
    string? Agent = null,
    string? Model = null,
    string? Variant = null,
    ImmutableArray<PromptFile>? Parts = null);

/// <summary>A command line that a person runs in the session.</summary>
public sealed record ShellRequest(
    string Command, string Agent, ModelRef? Model = null, [property: JsonPropertyName("messageID")] string? MessageId = null);
