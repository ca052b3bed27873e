using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

/// <summary>A place in a window: a part of it, as <c>"20%"</c> or <c>0.2</c>, or so many tokens, as <c>"100K"</c> or <c>100000</c>.</summary>
[JsonConverter(typeof(WindowMarkConverter))]
[JsonSchema("""{"anyOf":[{"type":"number","minimum":0},{"type":"string","pattern":"^[0-9]+([.][0-9]+)?[%kKmM]?$"}]}""")]
public readonly record struct WindowMark(double Value)
{
    /// <summary>The place in a window of so many tokens.</summary>
    public double Of(long tokens) => Value <= 1 ? Value * tokens : Value;

    /// <inheritdoc />
    public override string ToString() => Value <= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.##}%")
        : string.Create(CultureInfo.InvariantCulture, $"{Value:0}");
}

/// <summary>Reads all forms, writes percentages and whole tokens.</summary>
public sealed class WindowMarkConverter : JsonConverter<WindowMark>
{
    /// <inheritdoc />
    public override WindowMark Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (value, isShare) = reader.TokenType is JsonTokenType.String ? Parse(reader.GetString()!) : (reader.GetDouble(), false);
        return value >= 0 && (!isShare || value <= 1)
            ? new WindowMark(value)
            : throw new JsonException("It must be a percentage from 0 to 100, or a number of tokens.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, WindowMark value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    private static (double Value, bool IsShare) Parse(string text)
    {
        double? factor = text.Length is 0 ? null : char.ToUpperInvariant(text[^1]) switch { '%' => 0.01, 'K' => 1_000, 'M' => 1_000_000, _ => null };
        return double.TryParse(factor is null ? text : text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? (number * (factor ?? 1), text[^1] is '%')
            : throw new JsonException("It must be a percentage, or a number of tokens.");
    }
}
