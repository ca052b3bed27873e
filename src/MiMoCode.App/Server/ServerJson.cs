using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.App.Server.Endpoints;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Server;

/// <summary>What only the server says, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [typeof(UnixTimeConverter)])]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Health))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(ForkBody))]
[JsonSerializable(typeof(PermissionAnswerBody))]
[JsonSerializable(typeof(OldPermissionAnswerBody))]
[JsonSerializable(typeof(QuestionAnswerBody))]
[JsonSerializable(typeof(ImmutableArray<ChangedFile>))]
[JsonSerializable(typeof(ConnectedProviders))]
[JsonSerializable(typeof(ImmutableDictionary<string, ImmutableArray<LoginMethod>>))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(LogBody))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>The server answers, and which version it is.</summary>
internal sealed record Health(bool Healthy, string Version);

/// <summary>What went wrong, in the form that clients know.</summary>
internal sealed record ErrorAnswer(string Name, ErrorDetails Data);

/// <summary>In words; of which part of the request; by which id the log knows it.</summary>
internal sealed record ErrorDetails(string Message, string? Kind = null, string? Ref = null);

internal sealed record ForkBody([property: JsonPropertyName("messageID")] string? MessageId = null);

internal sealed record PermissionAnswerBody(PermissionReply Reply, string? Message = null);

internal sealed record OldPermissionAnswerBody(PermissionReply Response);

internal sealed record QuestionAnswerBody(ImmutableArray<ImmutableArray<string>> Answers);
