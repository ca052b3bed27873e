using System.Collections.Immutable;
using System.Text.Json;

namespace MiMoCode.Providers.Catalog;

/// <summary>
/// Providers and models in the format of models.dev. Read on first use and one provider at a time, since most runs need one or none.
/// Safe for several callers.
/// </summary>
public sealed class ModelCatalog
{
    private readonly Lazy<CatalogFile> file;
    private readonly ModelCatalog? older;
    private readonly bool addsOnly;

    private ModelCatalog(Func<byte[]> read, ModelCatalog? older = null, bool addsOnly = false)
    {
        file = new Lazy<CatalogFile>(() => CatalogFile.Read(read()));
        (this.older, this.addsOnly) = (older, addsOnly);
    }

    /// <summary>What is known without asking anybody: a file inside the program.</summary>
    public static ModelCatalog BuiltIn() => new(ReadResource);

    /// <summary>A file or an answer of models.dev. Bytes that are no such catalogue make an empty one.</summary>
    public static ModelCatalog Read(byte[] json) => new(() => json);

    /// <summary>The ids of all providers, in the order of the file.</summary>
    public ImmutableArray<string> Ids => older is null ? file.Value.Ids : [.. older.Ids.Concat(file.Value.Ids).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// This catalogue with a newer one on top: its models win, but where a provider is reached, over which wire and with whose key
    /// stays as it is known here. A file from the network cannot point a key elsewhere.
    /// </summary>
    public ModelCatalog Under(Func<byte[]> newer) => new(newer, this);

    /// <summary>This catalogue with the models that endpoints named themselves: only what is not known otherwise.</summary>
    public ModelCatalog With(Func<byte[]> discovered) => new(discovered, this, addsOnly: true);

    /// <summary>A provider by its id; null when it is not known.</summary>
    public ProviderEntry? Find(string id)
    {
        var known = older?.Find(id);
        if (file.Value.Find(id) is not { } json)
            return known;
        if (known is null)
            return ModelsDev.Provider(id, json);
        var own = ModelsDev.Provider(id, json, known.Npm);
        return known with
        {
            BaseUrl = known.BaseUrl ?? own.BaseUrl,
            Npm = known.Npm ?? own.Npm,
            Env = known.Env.IsEmpty ? own.Env : known.Env,
            Models = addsOnly ? own.Models.SetItems(known.Models) : known.Models.SetItems(own.Models),
        };
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
