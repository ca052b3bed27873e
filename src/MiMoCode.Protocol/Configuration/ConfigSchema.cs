using System.ComponentModel;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace MiMoCode.Protocol.Configuration;

/// <summary>The JSON Schema of the settings, from the same metadata that reads them: it cannot drift.</summary>
public static class ConfigSchema
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (context, node) => Complete(context, node),
    };

    /// <summary>The whole schema, indented, for editors.</summary>
    public static string Text()
    {
        var schema = (JsonObject)ConfigJson.Default.Config.GetJsonSchemaAsNode(Options);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "MiMoCode settings");
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            schema.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>What a value of this type looks like, in a few words.</summary>
    public static string Describe(JsonTypeInfo type, JsonPropertyInfo? property)
    {
        var schema = Attribute<JsonSchemaAttribute>(property?.AttributeProvider) is { } own
            ? JsonNode.Parse(own.Schema)
            : type.GetJsonSchemaAsNode(Options);
        return Words(schema);
    }

    private static string Words(JsonNode? schema) => schema switch
    {
        JsonObject o when o["enum"] is JsonArray values => string.Join(" | ", values.Where(v => v is not null).Select(v => v!.ToJsonString())),
        JsonObject o when o["const"] is { } value => value.ToJsonString(),
        JsonObject o when o["anyOf"] is JsonArray forms => string.Join(" or ", forms.Select(Words)),
        JsonObject o when o["type"] is JsonArray types =>
            string.Join(" or ", types.Select(t => Article(t!.GetValue<string>())).Where(t => t is not "null")),
        JsonObject o when o["type"] is { } type => Article(type.GetValue<string>()),
        _ => "another form",
    };

    private static string Article(string type) => type switch
    {
        "null" => "null",
        "object" or "array" or "integer" => $"an {type}",
        "boolean" => "true or false",
        _ => $"a {type}",
    };

    private static JsonObject Complete(JsonSchemaExporterContext context, JsonNode node)
    {
        var own = context.PropertyInfo?.AttributeProvider;
        var form = Attribute<JsonSchemaAttribute>(own) ?? Attribute<JsonSchemaAttribute>(context.TypeInfo.Type);
        var result = form is null ? node as JsonObject ?? [] : (JsonObject)JsonNode.Parse(form.Schema)!;
        if (result["default"] is null && (node as JsonObject)?["default"] is { } initial && form is not null)
            result["default"] = initial.DeepClone();
        if (context.TypeInfo.Kind is JsonTypeInfoKind.Object && form is null && !context.TypeInfo.Properties.Any(p => p.IsExtensionData))
            result["additionalProperties"] = false;
        if (Attribute<DescriptionAttribute>(own) is { } description)
            result.Insert(0, "description", description.Description);
        return result;
    }

    private static T? Attribute<T>(ICustomAttributeProvider? provider) where T : Attribute =>
        provider?.GetCustomAttributes(typeof(T), inherit: false) is [T found, ..] ? found : null;
}
