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
[JsonSerializable(typeof(ForkBody))]
[JsonSerializable(typeof(PermissionAnswerBody))]
[JsonSerializable(typeof(OldPermissionAnswerBody))]
[JsonSerializable(typeof(QuestionAnswerBody))]
[JsonSerializable(typeof(ImmutableArray<ChangedFile>))]
[JsonSerializable(typeof(ConnectedProviders))]
[JsonSerializable(typeof(ImmutableDictionary<string, ImmutableArray<LoginMethod>>))]
[JsonSerializable(typeof(KeyBody))]
[JsonSerializable(typeof(LogBody))]
[JsonSerializable(typeof(InitBody))]
[JsonSerializable(typeof(SummarizeBody))]
[JsonSerializable(typeof(ImmutableArray<ToolBody>))]
[JsonSerializable(typeof(LocatedBody))]
[JsonSerializable(typeof(ImmutableArray<LocatedAgent>))]
[JsonSerializable(typeof(ImmutableArray<LocatedCommand>))]
[JsonSerializable(typeof(ImmutableArray<LocatedSkill>))]
[JsonSerializable(typeof(ImmutableArray<LocatedPath>))]
[JsonSerializable(typeof(ImmutableArray<WorkFolder>))]
[JsonSerializable(typeof(ImmutableArray<ShellChoice>))]
[JsonSerializable(typeof(TicketBody))]
[JsonSerializable(typeof(GoalBody))]
internal sealed partial class ServerJson : JsonSerializerContext;

/// <summary>The server answers, and which version it is.</summary>
internal sealed record Health(bool Healthy, string Version);

internal sealed record ForkBody([property: JsonPropertyName("messageID")] string? MessageId = null);

internal sealed record PermissionAnswerBody(PermissionReply Reply, string? Message = null);

internal sealed record OldPermissionAnswerBody(PermissionReply Response);

internal sealed record QuestionAnswerBody(ImmutableArray<ImmutableArray<string>> Answers);

internal sealed record InitBody(
    [property: JsonPropertyName("providerID")] string ProviderId,
    [property: JsonPropertyName("modelID")] string ModelId,
    [property: JsonPropertyName("messageID")] string? MessageId = null);

internal sealed record ToolBody(string Id, string Description, JsonElement Parameters);

internal sealed record WorkFolder(string Directory);

/// <summary>Which model is meant; the session's own sums up.</summary>
internal sealed record SummarizeBody(
    [property: JsonPropertyName("providerID")] string? ProviderId = null, [property: JsonPropertyName("modelID")] string? ModelId = null, bool? Auto = null);
