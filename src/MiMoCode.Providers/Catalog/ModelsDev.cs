using System.Collections.Immutable;
using System.Text.Json;

namespace MiMoCode.Providers.Catalog;

/// <summary>Reads providers and models as models.dev writes them. What is missing or of another kind is taken as unknown, never as a fault.</summary>
internal static class ModelsDev
{
    /// <summary>Reads a provider; its models speak the wire that is given, or the one it names itself.</summary>
    public static ProviderEntry Provider(string id, JsonElement json, string? wire = null)
    {
        var npm = wire ?? Text(json, "npm");
        var models = ImmutableDictionary.CreateBuilder<string, Model>();
        if (json.TryGetProperty("models", out var listed) && listed.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in listed.EnumerateObject())
            {
                if (member.Value.ValueKind is JsonValueKind.Object && Text(member.Value, "status") is not ("deprecated" or "alpha"))
                    models[member.Name] = Model(id, member.Name, npm, member.Value);
            }
        }

        return new ProviderEntry(id)
        {
            Name = Text(json, "name") ?? id,
            BaseUrl = Text(json, "api"),
            Npm = npm,
            Env = Texts(json, "env"),
            Models = models.ToImmutable(),
        };
    }

    private static Model Model(string providerId, string id, string? npm, JsonElement json)
    {
        var input = json.TryGetProperty("modalities", out var modalities) ? Texts(modalities, "input") : [];
        var limit = json.TryGetProperty("limit", out var limits) ? limits : default;
        npm = (json.TryGetProperty("provider", out var own) ? Text(own, "npm") : null) ?? npm;
        var model = new Model(providerId, id)
        {
            Name = Text(json, "name") ?? id,
            ContextLimit = Number(limit, "context") ?? 0,
            InputLimit = Number(limit, "input"),
            OutputLimit = Number(limit, "output") ?? 0,
            Tools = Flag(json, "tool_call") ?? true,
            Reasoning = Flag(json, "reasoning") ?? false,
            Temperature = Flag(json, "temperature") ?? true,
            Images = input.Contains("image"),
            Pdf = input.Contains("pdf"),
            Wire = WireNames.Of(npm),
            ReasoningField = json.TryGetProperty("interleaved", out var interleaved) ? ReasoningField(interleaved) : null,
            Prices = json.TryGetProperty("cost", out var cost) ? Prices(cost) : Providers.Prices.Free,
        };
        return model with { Variants = Catalog.Variants.Of(model) };
    }

    /// <summary>The field that an <c>interleaved</c> entry names.</summary>
    internal static string? ReasoningField(JsonElement interleaved) => interleaved.ValueKind switch
    {
        JsonValueKind.True => "reasoning_content",
        JsonValueKind.Object => Text(interleaved, "field"),
        _ => null,
    };

    private static Prices Prices(JsonElement cost) =>
        new(Money(cost, "input"), Money(cost, "output"), Money(cost, "cache_read"), Money(cost, "cache_write"))
        {
            Long = Has(cost, "context_over_200k", JsonValueKind.Object, out var longer) ? Prices(longer) : null,
        };

    private static decimal Money(JsonElement json, string name) =>
        Has(json, name, JsonValueKind.Number, out var value) && value.TryGetDecimal(out var money) ? money : 0;

    private static int? Number(JsonElement json, string name) =>
        Has(json, name, JsonValueKind.Number, out var value) && value.TryGetInt32(out var number) ? number : null;

    private static bool? Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is (JsonValueKind.True or JsonValueKind.False) ? value.GetBoolean() : null;

    private static string? Text(JsonElement json, string name) => Has(json, name, JsonValueKind.String, out var value) ? value.GetString() : null;

    private static ImmutableArray<string> Texts(JsonElement json, string name) =>
        Has(json, name, JsonValueKind.Array, out var list)
            ? [.. list.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.String).Select(item => item.GetString()!)]
            : [];

    private static bool Has(JsonElement json, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out value) && value.ValueKind == kind;
    }
}
