using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.Catalog;

/// <summary>Asks an endpoint which models it has. Also the cheapest way to find out whether a key is good.</summary>
public sealed class ModelDiscovery(HttpMessageHandler handler)
{
    // Where servers say how long the window is.
    private static readonly string[] ContextFields =
        ["loaded_context_length", "context_length", "max_model_len", "context_window", "max_context_length", "n_ctx", "n_ctx_train"];

    /// <summary>The models, or why there are none. Does not throw for what goes wrong on the way; the caller's token bounds the wait.</summary>
    public async Task<Discovered> ListAsync(ProviderEntry provider, Credential? credential, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out var url))
            return new Discovered([], new ProviderFailure(FailureKind.Refused, $"The provider {provider.Id} has no address."));
        var endpoint = new Endpoint(provider.Id, url) { Key = credential?.Key };
        try
        {
            return await AskAsync(endpoint, provider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException
            && ConnectionFailures.Classify(exception, endpoint, wasSilent: false) is { } failure)
        {
            return new Discovered([], failure);
        }
    }

    private async Task<Discovered> AskAsync(Endpoint endpoint, ProviderEntry provider, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, endpoint.At("models"));
        if (endpoint.Key is { } key)
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (endpoint.Key is not null && WireNames.Of(provider.Npm) is Wire.Messages)
        {
            message.Headers.TryAddWithoutValidation("x-api-key", endpoint.Key);
            message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        }

        foreach (var (name, value) in provider.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        using var response = await http.SendAsync(message, cancellationToken).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            return new Discovered([], Refusals.Classify(endpoint, response, body));
        using var json = JsonDocument.Parse(body);
        return new Discovered(Read(provider, json.RootElement), null);
    }

    private static ImmutableArray<Model> Read(ProviderEntry provider, JsonElement json)
    {
        var list = json.ValueKind is JsonValueKind.Object && json.TryGetProperty("data", out var data) ? data : json;
        if (list.ValueKind is not JsonValueKind.Array)
            return [];
        return
        [
            .. list.EnumerateArray()
                .Where(item => WireParts.Kept(item, "id") is { ValueKind: JsonValueKind.String })
                .Select(item => Read(provider, item.GetProperty("id").GetString()!, item)),
        ];
    }

    /// <summary>What is known of the model stays; the server knows its own window best.</summary>
    private static Model Read(ProviderEntry provider, string id, JsonElement json)
    {
        var known = provider.Models.GetValueOrDefault(id) ?? new Model(provider.Id, id) { ContextLimit = 0, OutputLimit = 0, Wire = WireNames.Of(provider.Npm) };
        return Context(json) is { } context ? known with { ContextLimit = context } : known;
    }

    private static int? Context(JsonElement json)
    {
        foreach (var place in new[] { (JsonElement?)json, WireParts.Kept(json, "meta") })
        {
            foreach (var field in ContextFields)
            {
                if (WireParts.Kept(place, field) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var tokens) && tokens > 0)
                    return tokens;
            }
        }

        return null;
    }
}

/// <summary>The models of an endpoint, or why they could not be had.</summary>
public sealed record Discovered(ImmutableArray<Model> Models, ProviderFailure? Failure);
