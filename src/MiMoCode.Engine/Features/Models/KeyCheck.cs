using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;
using MiMoCode.Providers.Http;

namespace MiMoCode.Engine.Features.Models;

/// <summary>Whether a key is good: its provider is asked once for its list of models, which costs nothing.</summary>
internal sealed class KeyCheck(LoadedConfig config, CatalogueFiles files, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What the provider says to the key. It is sent nowhere that the user's own settings or the catalogue do not name.</summary>
    public async Task<KeyVerdict> AskAsync(string providerId, string key, string? address, CancellationToken cancellationToken)
    {
        var known = files.Open();
        if (new ConfiguredCatalog(known, config.Config.Provider).Find(providerId) is not { } entry)
            return new KeyVerdict(null, $"there is no provider {providerId} in the list of models or in your settings");
        entry = address is null ? entry : entry with { BaseUrl = address };
        if (entry.BaseUrl is not { } url)
            return new KeyVerdict(null, $"the address of {providerId} is not known");
        if (address is null && !new OwnAddresses(config.Layers).Allow(providerId, url, known.Find(providerId)?.BaseUrl))
            return new KeyVerdict(null, $"the project points {providerId} to {url}, where your key is not sent");
        using var handler = Transport.CreateHandler();
        using var impatient = new CancellationTokenSource(Patience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(impatient.Token, cancellationToken);
        try
        {
            var (models, failure) = await new ModelDiscovery(handler).ListAsync(entry, new Providers.Catalog.Credential(key), both.Token);
            return failure switch
            {
                null => new KeyVerdict(true, $"{entry.Name} knows it and offers {models.Length} models"),
                { Kind: FailureKind.Auth } => new KeyVerdict(false, failure.Message),
                _ => new KeyVerdict(null, failure.Message),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new KeyVerdict(null, $"{entry.Name} did not answer within {Patience.TotalSeconds:0} seconds");
        }
    }
}

/// <summary>Good, refused, or null when it could not be found out; and why in words.</summary>
internal sealed record KeyVerdict(bool? IsGood, string Text);
