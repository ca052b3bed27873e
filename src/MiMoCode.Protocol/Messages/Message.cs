using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Messages;

/// <summary>Who said something and when. What was said are its parts, which are stored and told one by one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "role")]
[JsonDerivedType(typeof(UserMessage), "user")]
[JsonDerivedType(typeof(AssistantMessage), "assistant")]
public abstract record Message
{
    /// <summary><c>msg_…</c>; a client may choose it, which makes sending it again harmless.</summary>
    public required string Id { get; init; }

    /// <summary>The session it belongs to.</summary>
    [JsonPropertyName("sessionID")] public required string SessionId { get; init; }

    /// <summary>When it was created and, for a reply, completed.</summary>
    public required MessageTime Time { get; init; }

    /// <summary>The agent that is meant, or that answers.</summary>
    public required string Agent { get; init; }
}

/// <summary>What a person, or a step gate in a person's place, said to the agent.</summary>
public sealed record UserMessage : Message
{
    /// <summary>The model that is to answer.</summary>
    public required ModelRef Model { get; init; }

    /// <summary>What the answer has to look like; text when absent.</summary>
    public OutputFormat? Format { get; init; }

    /// <summary>A short account of the turn, made afterwards.</summary>
    public TurnSummary? Summary { get; init; }

    /// <summary>Instructions that a client adds for this turn.</summary>
    public string? System { get; init; }

    /// <summary>Tools switched on or off for this turn.</summary>
    public ImmutableDictionary<string, bool>? Tools { get; init; }
}

/// <summary>
/// One model request and its reply. Stored before its first delta; complete when <see cref="Finish"/> is set.
/// There is no tool message: a result is the final state of its tool part.
/// </summary>
public sealed record AssistantMessage : Message
{
    /// <summary>The user message that it answers.</summary>
    [JsonPropertyName("parentID")] public required string ParentId { get; init; }

    /// <summary>The model that answers.</summary>
    [JsonPropertyName("modelID")] public required string ModelId { get; init; }

    /// <summary>The provider of that model.</summary>
    [JsonPropertyName("providerID")] public required string ProviderId { get; init; }

    /// <summary>The agent's name again: older clients read it here.</summary>
    public required string Mode { get; init; }

    /// <summary>Where the agent works.</summary>
    public required MessagePath Path { get; init; }

    /// <summary>What was billed for it, in US dollars.</summary>
    public decimal Cost { get; init; }

    /// <summary>Tokens as the provider counted them.</summary>
    public required TokenUsage Tokens { get; init; }

    /// <summary>Why the reply ended; absent while it streams.</summary>
    public StopReason? Finish { get; init; }

    /// <summary>What went wrong, if anything did.</summary>
    public MessageError? Error { get; init; }

    /// <summary>True for the reply that summarises a conversation.</summary>
    public bool? Summary { get; init; }

    /// <summary>The validated object when the prompt asked for a JSON schema.</summary>
    public JsonElement? Structured { get; init; }

    /// <summary>The variant of the model, for instance its reasoning effort.</summary>
    public string? Variant { get; init; }
}

/// <summary>Times of a message.</summary>
public sealed record MessageTime(DateTimeOffset Created, DateTimeOffset? Completed = null);

/// <summary>The folder an agent works in and the root of its work tree.</summary>
public sealed record MessagePath(string Cwd, string Root);

/// <summary>A model by its provider, as the wire of a user message spells it.</summary>
public sealed record ModelRef(
    [property: JsonPropertyName("providerID")] string ProviderId,
    [property: JsonPropertyName("modelID")] string ModelId,
    string? Variant = null)
{
    /// <summary><c>provider/model</c>, as people write it.</summary>
    public override string ToString() => $"{ProviderId}/{ModelId}";

    /// <summary>Reads <c>provider/model</c>; the model's own name may hold slashes. Null when there is no slash.</summary>
    public static ModelRef? Parse(string text, string? variant = null) =>
        text.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && slash < text.Length - 1
            ? new ModelRef(text[..slash], text[(slash + 1)..], variant)
            : null;
}

/// <summary>What a turn changed, for lists and headings.</summary>
public sealed record TurnSummary(ImmutableArray<FileDiff> Diffs, string? Title = null, string? Body = null);

/// <summary>The change of one file as a unified diff.</summary>
public sealed record FileDiff(string File, string Patch, int Additions, int Deletions, FileChange? Status = null);

/// <summary>What happened to a file.</summary>
public enum FileChange
{
    /// <summary>It is new.</summary>
    [JsonStringEnumMemberName("added")] Added,

    /// <summary>It is gone.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,

    /// <summary>Its content changed.</summary>
    [JsonStringEnumMemberName("modified")] Modified,
}

/// <summary>The form an answer must have.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TextFormat), "text")]
[JsonDerivedType(typeof(JsonSchemaFormat), "json_schema")]
public abstract record OutputFormat;

/// <summary>Plain text: the default.</summary>
public sealed record TextFormat : OutputFormat;

/// <summary>An object that validates against the schema; the model gets this many more tries when it does not.</summary>
public sealed record JsonSchemaFormat(JsonElement Schema, int? RetryCount = null) : OutputFormat;

/// <summary>Why a model request, or a whole run of the loop, came to its end.</summary>
public enum StopReason
{
    /// <summary>The model has nothing more to do.</summary>
    [JsonStringEnumMemberName("stop")] Done,

    /// <summary>The model wants tools to run.</summary>
    [JsonStringEnumMemberName("tool-calls")] ToolCalls,

    /// <summary>The reply hit its output limit.</summary>
    [JsonStringEnumMemberName("length")] OutputLimit,

    /// <summary>The provider withheld the reply.</summary>
    [JsonStringEnumMemberName("content-filter")] Filtered,

    /// <summary>The request did not fit the model's window.</summary>
    [JsonStringEnumMemberName("context-full")] ContextFull,

    /// <summary>The request failed.</summary>
    [JsonStringEnumMemberName("error")] Failed,

    /// <summary>The user, or the end of the program, stopped it.</summary>
    [JsonStringEnumMemberName("aborted")] Aborted,

    /// <summary>A budget ran out.</summary>
    [JsonStringEnumMemberName("budget")] Budget,

    /// <summary>It was sent back too often.</summary>
    [JsonStringEnumMemberName("reentries")] ReentryLimit,

    /// <summary>It cannot go on without a person: a refused permission or question, an unmet goal.</summary>
    [JsonStringEnumMemberName("needs-person")] NeedsPerson,

    /// <summary>The provider gave a reason that this version does not know.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
}
