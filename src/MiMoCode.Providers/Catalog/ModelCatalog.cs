using System.Collections.Immutable;
using System.Text.Json;

namespace MiMoCode.Providers.Catalog;

/// <summary>
/// Providers and models in the format of models.dev. Read on first use and one provider at a time, since most runs need one or none.
/// Safe for several callers.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Lazy<JsonElement> document;

    private ModelCatalog(Func<byte[]> read) => document = new Lazy<JsonElement>(() => Parse(read()));

    /// <summary>What is known without asking anybody: a file inside the program.</summary>
    public static ModelCatalog BuiltIn() => new(ReadResource);

    /// <summary>A file or an answer of models.dev. Bytes that are no such catalogue make an empty one.</summary>
    public static ModelCatalog Read(byte[] json) => new(() => json);

    /// <summary>The ids of all providers, in the order of the file.</summary>
    public ImmutableArray<string> Ids =>
        document.Value.ValueKind is JsonValueKind.Object ? [.. document.Value.EnumerateObject().Select(provider => provider.Name)] : [];

    /// <summary>A provider by its id; null when it is not known.</summary>
    public ProviderEntry? Find(string id) =>
        document.Value.ValueKind is JsonValueKind.Object && document.Value.TryGetProperty(id, out var json) && json.ValueKind is JsonValueKind.Object
            ? ModelsDev.Provider(id, json)
            : null;

    private static JsonElement Parse(byte[] json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static byte[] ReadResource()
    {
        using var stream = typeof(ModelCatalog).Assembly.GetManifestResourceStream("models.json")
            ?? throw new InvalidOperationException("The catalogue is missing from the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
