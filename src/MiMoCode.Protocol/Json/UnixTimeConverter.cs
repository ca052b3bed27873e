using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Json;

/// <summary>Times are milliseconds since 1970 on the wire; some clients send them with a fraction.</summary>
public sealed class UnixTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DateTimeOffset.FromUnixTimeMilliseconds(reader.TryGetInt64(out var whole) ? whole : (long)reader.GetDouble());

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeMilliseconds());
}
