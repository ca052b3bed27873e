using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace MiMoCode.Protocol.Json;

/// <summary>JSON Schema from the same metadata that parses, so that the two cannot drift.</summary>
public static class JsonSchemas
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = AddDescription,
    };

    /// <summary>The schema of a type, with the texts of its <see cref="DescriptionAttribute"/>s.</summary>
    public static JsonElement Of(JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(type.GetJsonSchemaAsNode(Options).ToJsonString());
        return document.RootElement.Clone();
    }

    private static JsonNode AddDescription(JsonSchemaExporterContext context, JsonNode node)
    {
        var source = context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type;
        if (node is JsonObject schema
            && source.GetCustomAttributes(typeof(DescriptionAttribute), inherit: true) is [DescriptionAttribute attribute, ..])
        {
            schema.Insert(0, "description", attribute.Description);
        }

        return node;
    }
}
