using System.Globalization;
using System.Text.Json;

namespace MiMoCode.Engine.Features.Telemetry;

/// <summary>Spans in the JSON form of OTLP: ids as hexadecimal digits, large numbers as text.</summary>
internal static class OtlpJson
{
    private const int Internal = 1, Client = 3, Failed = 2;

    /// <summary>The body of an export.</summary>
    public static byte[] Write(IReadOnlyList<KeyValuePair<string, string>> resource, IReadOnlyList<Span> spans)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteStartArray("resourceSpans");
            json.WriteStartObject();
            json.WriteStartObject("resource");
            WriteAttributes(json, [.. resource.Select(pair => new Attribute(pair.Key, pair.Value, null, null))]);
            json.WriteEndObject();
            json.WriteStartArray("scopeSpans");
            json.WriteStartObject();
            json.WriteStartObject("scope");
            json.WriteString("name", "mimocode");
            json.WriteEndObject();
            json.WriteStartArray("spans");
            foreach (var span in spans)
                WriteSpan(json, span);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void WriteSpan(Utf8JsonWriter json, Span span)
    {
        json.WriteStartObject();
        json.WriteString("traceId", span.Trace);
        json.WriteString("spanId", span.Id);
        if (span.Parent is { } parent)
            json.WriteString("parentSpanId", parent);
        json.WriteString("name", span.Name);
        json.WriteNumber("kind", span.IsRequest ? Client : Internal);
        json.WriteString("startTimeUnixNano", Nanoseconds(span.Start));
        json.WriteString("endTimeUnixNano", Nanoseconds(span.End));
        WriteAttributes(json, span.Attributes);
        if (span.Failure is { } failure)
        {
            json.WriteStartObject("status");
            json.WriteNumber("code", Failed);
            json.WriteString("message", failure);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IReadOnlyList<Attribute> attributes)
    {
        json.WriteStartArray("attributes");
        foreach (var attribute in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key", attribute.Key);
            json.WriteStartObject("value");
            if (attribute.Whole is { } whole)
                json.WriteString("intValue", whole.ToString(CultureInfo.InvariantCulture));
            else if (attribute.Real is { } real)
                json.WriteNumber("doubleValue", real);
            else
                json.WriteString("stringValue", attribute.Text);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string Nanoseconds(DateTimeOffset time) =>
        ((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TimeSpan.NanosecondsPerTick).ToString(CultureInfo.InvariantCulture);
}
