using System.Collections.Immutable;

namespace MiMoCode.Providers.Http;

/// <summary>Where a provider is reached, and with what.</summary>
internal sealed record Endpoint(string ProviderId, Uri BaseUrl)
{
    /// <summary>The key; null where none is needed.</summary>
    public string? Key { get; init; }

    /// <summary>The key goes into the Authorization header, whatever the wire does with keys.</summary>
    public bool IsBearer { get; init; }

    /// <summary>A whole request may take so long. Null: as long as it says something.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>Headers that the user or the catalogue adds; they win over ours.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How long a reply may stay without a word that means something. Null: for ever.</summary>
    public TimeSpan? Silence { get; init; } = TimeSpan.FromMinutes(8);

    /// <summary>False asks for the reply in one piece.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>The address of a path below the base.</summary>
    public Uri At(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + "/" + path);
}
