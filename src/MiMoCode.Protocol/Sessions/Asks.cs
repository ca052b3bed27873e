using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Sessions;

/// <summary>A person is asked whether something may be done. Patterns say to what; always says what "always" would allow.</summary>
public sealed record PermissionRequest(
    string Id,
    [property: JsonPropertyName("sessionID")] string SessionId,
    string Permission,
    ImmutableArray<string> Patterns,
    JsonElement Metadata,
    ImmutableArray<string> Always,
    AskedBy? Tool = null);

/// <summary>The tool call that asks.</summary>
public sealed record AskedBy(
    [property: JsonPropertyName("messageID")] string MessageId, [property: JsonPropertyName("callID")] string CallId);

/// <summary>What a person answers.</summary>
public enum PermissionReply
{
    /// <summary>Yes, this time.</summary>
    [JsonStringEnumMemberName("once")] Once,

    /// <summary>Yes, and from now on in this project.</summary>
    [JsonStringEnumMemberName("always")] Always,

    /// <summary>No.</summary>
    [JsonStringEnumMemberName("reject")] Reject,
}

/// <summary>The agent asks a person something.</summary>
public sealed record QuestionRequest(
    string Id,
    [property: JsonPropertyName("sessionID")] string SessionId,
    ImmutableArray<Question> Questions,
    AskedBy? Tool = null);

/// <summary>One question with its possible answers.</summary>
public sealed record Question(
    [property: JsonPropertyName("question")] string Text,
    string Header,
    ImmutableArray<QuestionOption> Options,
    bool? Multiple = null,
    bool? Custom = null);

/// <summary>A possible answer.</summary>
public sealed record QuestionOption(string Label, string Description);
