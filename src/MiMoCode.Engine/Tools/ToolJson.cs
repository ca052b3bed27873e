using System.Text.Json.Serialization;

namespace MiMoCode.Engine.Tools;

/// <summary>The arguments of every built-in tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ApplyPatchArgs))]
[JsonSerializable(typeof(BashArgs))]
[JsonSerializable(typeof(EditArgs))]
[JsonSerializable(typeof(GlobArgs))]
[JsonSerializable(typeof(GrepArgs))]
[JsonSerializable(typeof(HistoryArgs))]
[JsonSerializable(typeof(JobArgs))]
[JsonSerializable(typeof(ListArgs))]
[JsonSerializable(typeof(MultiEditArgs))]
[JsonSerializable(typeof(QuestionArgs))]
[JsonSerializable(typeof(MemoryArgs))]
[JsonSerializable(typeof(ReadArgs))]
[JsonSerializable(typeof(WebFetchArgs))]
[JsonSerializable(typeof(WriteArgs))]
internal sealed partial class ToolJson : JsonSerializerContext;
