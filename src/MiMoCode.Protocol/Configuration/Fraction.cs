using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

/// <summary>A part of a whole, from 0 to 1; written as <c>"20%"</c> or <c>0.2</c>.</summary>
[JsonConverter(typeof(FractionConverter))]
[JsonSchema("""{"anyOf":[{"type":"number","minimum":0,"maximum":1},{"type":"string","pattern":"^[0-9]+([.][0-9]+)?%$"}]}""")]
public readonly record struct Fraction(double Value)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value * 100:0.##}%");
}

/// <summary>Reads both forms, writes the percentage.</summary>
public sealed class FractionConverter : JsonConverter<Fraction>
{
    /// <inheritdoc />
    public override Fraction Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.TokenType is JsonTokenType.String ? Percent(reader.GetString()!) : reader.GetDouble();
        return value is >= 0 and <= 1 ? new Fraction(value) : throw new JsonException("It must lie between 0 and 100 percent.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Fraction value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());

    private static double Percent(string text) =>
        text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            ? percent / 100
            : throw new JsonException("It must be a percentage.");
}
