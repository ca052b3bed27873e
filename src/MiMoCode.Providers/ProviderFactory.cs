using MiMoCode.Protocol;
using MiMoCode.Providers.Anthropic;
using MiMoCode.Providers.Catalog;
using MiMoCode.Providers.Http;
using MiMoCode.Providers.OpenAi.Chat;
using MiMoCode.Providers.OpenAi.Responses;

namespace MiMoCode.Providers;

/// <summary>Makes providers. The handler is shared by all of them and stays the caller's; <see cref="Transport.CreateHandler"/> makes a fitting one.</summary>
public sealed class ProviderFactory(HttpMessageHandler handler, TimeProvider clock)
{
    /// <summary>A provider without decorators. Cheap: nothing is connected or read. A missing or unusable address is the user's to mend.</summary>
    public IProvider Create(ProviderEntry provider, Credential? credential)
    {
        if (provider.BaseUrl is not { Length: > 0 } address)
            throw new UserException($"The provider {provider.Id} has no address: set provider.{provider.Id}.options.baseURL.");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UserException($"provider.{provider.Id}.options.baseURL is not an http address: {address}");
        if (credential?.Origin is { } origin && !SameOrigin(origin, url))
            throw new UserException(
                $"The stored key of {provider.Id} belongs to {origin.Authority}, but the configuration points to {url.Authority}. "
                + $"It is not sent there. Run: mimo auth login {provider.Id}");
        var endpoint = new Endpoint(provider.Id, url)
        {
            Key = credential?.Key,
            IsBearer = credential is { IsBearer: true },
            Headers = provider.Headers,
            Streams = provider.Streams,
            Limit = provider.Limit,
            Silence = provider.Silence switch
            {
                null => TimeSpan.FromMinutes(8),
                { } limit when limit <= TimeSpan.Zero => null,
                { } limit => limit,
            },
        };
        return new HttpProvider(endpoint, Wires(endpoint, DialectOf(provider, url)), new HttpMessageInvoker(handler, disposeHandler: false), clock);
    }

    private static Dialect DialectOf(ProviderEntry provider, Uri url)
    {
        var dialect = Dialects.Of(provider.Id, url);
        return dialect with
        {
            AskForUsage = dialect.AskForUsage && provider.AsksForUsage,
            CacheKeyField = dialect.CacheKeyField ?? (provider.HasCacheKey ? "prompt_cache_key" : null),
        };
    }

    private static Func<Model, IWire> Wires(Endpoint endpoint, Dialect dialect)
    {
        var chat = new ChatWire(dialect, endpoint.Streams);
        var responses = new ResponsesWire(endpoint.Streams);
        var messages = new AnthropicWire(endpoint.Streams);
        return model => model.Wire switch
        {
            Wire.Messages => messages,
            Wire.Responses => responses,
            _ => chat,
        };
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && one.Host.Equals(other.Host, StringComparison.OrdinalIgnoreCase);
}
