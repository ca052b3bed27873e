using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Json;

namespace MiMoCode.Protocol.Messages;

/// <summary>Parts carry their type among their other properties, in any position.</summary>
public sealed class PartConverter : JsonConverter<Part>
{
    internal static readonly Family Parts = new(
        ("text", typeof(TextPart)),
        ("reasoning", typeof(ReasoningPart)),
        ("file", typeof(FilePart)),
        ("tool", typeof(ToolPart)),
        ("step-start", typeof(StepStartPart)),
        ("step-finish", typeof(StepFinishPart)),
        ("snapshot", typeof(SnapshotPart)),
        ("patch", typeof(PatchPart)),
        ("agent", typeof(AgentPart)),
        ("subtask", typeof(SubtaskPart)),
        ("retry", typeof(RetryPart)),
        ("compaction", typeof(CompactionPart)),
        ("checkpoint", typeof(CheckpointPart)));

    /// <inheritdoc />
    public override Part Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var json = JsonElement.ParseValue(ref reader);
        return Parts.Find(json, options) is { } type ? (Part)json.Deserialize(type)! : Unknown(json);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Part value, JsonSerializerOptions options)
    {
        if (value is UnknownPart unknown)
            unknown.Json.WriteTo(writer);
        else
            JsonSerializer.Serialize(writer, value, options.GetTypeInfo(value.GetType()));
    }

    private static UnknownPart Unknown(JsonElement json) => new(json)
    {
        Id = Text(json, "id"),
        SessionId = Text(json, "sessionID"),
        MessageId = Text(json, "messageID"),
    };

    private static string Text(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.GetString() is { } text
            ? text
            : throw new JsonException($"A part needs a {name}.");
}
