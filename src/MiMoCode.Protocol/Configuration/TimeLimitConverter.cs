using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

/// <summary>Milliseconds, or false for no limit.</summary>
public sealed class TimeLimitConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc />
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.False)
            return Timeout.InfiniteTimeSpan;
        if (reader.TokenType is not JsonTokenType.Number)
            throw new JsonException("It must be milliseconds or false.");
        var milliseconds = reader.GetDouble();
        return milliseconds <= 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Min(milliseconds, int.MaxValue));
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options)
    {
        if (value == Timeout.InfiniteTimeSpan)
            writer.WriteBooleanValue(false);
        else
            writer.WriteNumberValue((long)value.TotalMilliseconds);
    }
}
