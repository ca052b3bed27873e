using System.Collections.Immutable;

namespace MiMoCode.Providers.Catalog;

/// <summary>A provider as the catalogue and the configuration know it together.</summary>
public sealed record ProviderEntry(string Id)
{
    /// <summary>What people call it.</summary>
    public string Name { get; init; } = Id;

    /// <summary>Its base address; null when nobody has said it.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>The wire of its models, by the name of the package that other agents use for it.</summary>
    public string? Npm { get; init; }

    /// <summary>Environment variables that may hold its key.</summary>
    public ImmutableArray<string> Env { get; init; } = [];

    /// <summary>Headers that go with every request.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How long a reply may stay without a word that means something. Null: the default of eight minutes; zero: for ever.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>A whole request may take so long. Null: as long as it says something.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Requests carry a key by which those of one session meet the same cache, also where the provider is not known to want one.</summary>
    public bool HasCacheKey { get; init; }

    /// <summary>The tokens are asked for while streaming.</summary>
    public bool AsksForUsage { get; init; } = true;

    /// <summary>False where replies are to come in one piece.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>Its models by their id.</summary>
    public ImmutableDictionary<string, Model> Models { get; init; } = ImmutableDictionary<string, Model>.Empty;
}

/// <summary>A key, and where it may be sent. Without an origin it may go wherever the provider is.</summary>
public sealed record Credential(string Key, Uri? Origin = null)
{
    /// <summary>It goes into the Authorization header, whatever the wire does with keys.</summary>
    public bool IsBearer { get; init; }
}
