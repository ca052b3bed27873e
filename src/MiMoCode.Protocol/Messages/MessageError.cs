using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Messages;

/// <summary>What went wrong with a reply or a session, as clients know it: a name and what goes with it.</summary>
public sealed record MessageError(string Name, MessageErrorDetails Data)
{
    /// <summary>The key is missing or was refused.</summary>
    public const string Auth = "ProviderAuthError";

    /// <summary>The provider answered with an error or not at all.</summary>
    public const string Api = "APIError";

    /// <summary>Somebody stopped the reply.</summary>
    public const string Aborted = "MessageAbortedError";

    /// <summary>The reply was cut at its output limit, too often.</summary>
    public const string OutputLength = "MessageOutputLengthError";

    /// <summary>The conversation does not fit the window.</summary>
    public const string ContextOverflow = "ContextOverflowError";

    /// <summary>The answer never matched its schema.</summary>
    public const string StructuredOutput = "StructuredOutputError";

    /// <summary>The provider withheld the reply.</summary>
    public const string ContentFilter = "ContentFilterError";

    /// <summary>The model said the same thing without end and was stopped.</summary>
    public const string Repetition = "RepetitionError";

    /// <summary>Anything else.</summary>
    public const string Unknown = "UnknownError";

    /// <summary>An error that is told in words alone.</summary>
    public static MessageError Of(string name, string message) => new(name, new MessageErrorDetails(message));
}

/// <summary>The members of all kinds of errors; each kind uses those that fit it.</summary>
public sealed record MessageErrorDetails(
    string Message,
    int? StatusCode = null,
    bool? IsRetryable = null,
    ImmutableDictionary<string, string>? ResponseHeaders = null,
    string? ResponseBody = null,
    ImmutableDictionary<string, string>? Metadata = null,
    [property: JsonPropertyName("providerID")] string? ProviderId = null,
    int? Retries = null);
