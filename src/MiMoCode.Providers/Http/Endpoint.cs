using System.Collections.Immutable;

namespace MiMoCode.Providers.Http;

/// <summary>Where a provider is reached, and with what.</summary>
internal sealed record Endpoint(string ProviderId, Uri BaseUrl)
{
    /// <summary>What is shorter is in texts by chance.</summary>
    private const int ShortestSecret = 8;

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

    /// <summary>The failure without the secrets that were sent: some servers and proxies repeat them in what they say about it.</summary>
    public ProviderFailure Hide(ProviderFailure failure) => failure with { Message = Hide(failure.Message)!, Body = Hide(failure.Body) };

    private string? Hide(string? text)
    {
        foreach (var secret in (ReadOnlySpan<string?>)[Key, BaseUrl.UserInfo, .. BaseUrl.UserInfo.Split(':'), BaseUrl.Query, .. Headers.Values.SelectMany(value => value.Split(' '))])
        {
            if (secret is { Length: >= ShortestSecret })
                text = text?.Replace(secret, "(hidden)", StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The address of a path below the base.</summary>
    public Uri At(string path) => new(BaseUrl.AbsoluteUri.TrimEnd('/') + "/" + path);
}
