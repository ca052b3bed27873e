using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

/// <summary>Settings by generated code. What is unknown or wrong is dropped before, by name and place, not here.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(Config))]
[JsonSerializable(typeof(AgentConfig))]
public sealed partial class ConfigJson : JsonSerializerContext;
