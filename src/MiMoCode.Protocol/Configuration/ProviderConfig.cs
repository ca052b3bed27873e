using System.Collections.Immutable;
using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Protocol.Configuration;

#pragma warning disable CS1591 // The descriptions are the documentation.

/// <summary>One provider of models.</summary>
public sealed record ProviderConfig
{
    [Description("What people call it.")]
    public string? Name { get; set; }

    [Description("The base URL when options.baseURL does not say another.")]
    public string? Api { get; set; }

    [Description("The wire it speaks, by the name of the package that other agents use, for instance @ai-sdk/openai-compatible.")]
    public string? Npm { get; set; }

    [Description("Names of environment variables that may hold its key.")]
    public ImmutableArray<string> Env { get; set; } = [];

    [Description("Another id that it is known by.")]
    public string? Id { get; set; }

    [Description("When it is not empty, only these models are offered.")]
    public ImmutableArray<string> Whitelist { get; set; } = [];

    [Description("These models are not offered.")]
    public ImmutableArray<string> Blacklist { get; set; } = [];

    [Description("Offer only the models that are written here.")]
    public bool OnlyConfiguredModels { get; set; }

    [Description("How to reach it.")]
    public ProviderOptions Options { get; set; } = new();

    [Description("How often and how long its failed requests are tried again; what is left out is as for all providers.")]
    public RetryConfig Retry { get; set; } = new();

    [Description("Its models by their id.")]
    public IReadOnlyDictionary<string, ModelConfig> Models { get; set; } = ImmutableDictionary<string, ModelConfig>.Empty;
}

/// <summary>How to reach a provider. Keys that are not listed go to it unchanged.</summary>
public sealed record ProviderOptions
{
    [JsonPropertyName("apiKey")]
    [Description("The key; {env:NAME} and {file:path} are filled in.")]
    public string? ApiKey { get; set; }

    [JsonPropertyName("baseURL")]
    [Description("The address that requests go to.")]
    public string? BaseUrl { get; set; }

    [Description("More request headers.")]
    public IReadOnlyDictionary<string, string> Headers { get; set; } = ImmutableDictionary<string, string>.Empty;

    [JsonConverter(typeof(TimeLimitConverter))]
    [JsonSchema("""{"anyOf":[{"type":"integer","minimum":1},{"const":false}]}""")]
    [Description("Milliseconds that a whole request may take; without it a request may take as long as it says something (chunkTimeout).")]
    public TimeSpan Timeout { get; set; } = System.Threading.Timeout.InfiniteTimeSpan;

    [JsonConverter(typeof(TimeLimitConverter))]
    [JsonPropertyName("chunkTimeout")]
    [JsonSchema("""{"anyOf":[{"type":"integer"},{"const":false}]}""")]
    [Description("Milliseconds of silence in the middle of a reply; 0 or false for no limit.")]
    public TimeSpan ChunkTimeout { get; set; } = TimeSpan.FromMinutes(8);

    [JsonPropertyName("setCacheKey")]
    [Description("Send a cache key with each request.")]
    public bool SetCacheKey { get; set; }

    [JsonPropertyName("includeUsage")]
    [Description("Ask for token counts while streaming.")]
    public bool IncludeUsage { get; set; } = true;

    /// <summary>Everything else that was written.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

/// <summary>One model; what is left out comes from the catalogue or from the defaults.</summary>
public sealed record ModelConfig
{
    [Description("The name that the endpoint knows it by.")]
    public string? Id { get; set; }

    [Description("What people call it.")]
    public string? Name { get; set; }

    [Description("The family it belongs to.")]
    public string? Family { get; set; }

    [Description("When it appeared, as year-month-day.")]
    public string? ReleaseDate { get; set; }

    [Description("It takes files.")]
    public bool? Attachment { get; set; }

    [Description("It thinks before it answers.")]
    public bool? Reasoning { get; set; }

    [Description("It takes a temperature.")]
    public bool? Temperature { get; set; }

    [Description("It calls tools.")]
    public bool? ToolCall { get; set; }

    [JsonSchema("""{"anyOf":[{"type":"boolean"},{"type":"object","properties":{"field":{"type":"string"}}}]}""")]
    [Description("It wants its reasoning back: true, or the field that carries it.")]
    public JsonElement? Interleaved { get; set; }

    [Description("US dollars per million tokens.")]
    public CostConfig? Cost { get; set; }

    [Description("Its limits, in tokens.")]
    public LimitConfig? Limit { get; set; }

    [Description("What goes in and what comes out.")]
    public ModalitiesConfig? Modalities { get; set; }

    [NotYet]
    [Description("It is an experiment of the provider.")]
    public JsonElement? Experimental { get; set; }

    [Description("alpha, beta, active or deprecated.")]
    public string? Status { get; set; }

    [NotYet]
    [JsonPropertyName("cachePromptTTL")]
    [Description("How long the provider keeps the prompt, 5m or 1h.")]
    public string? CachePromptTtl { get; set; }

    [Description("Another wire or address for this model alone.")]
    public ModelProviderConfig? Provider { get; set; }

    [Description("Goes into each request unchanged.")]
    public IReadOnlyDictionary<string, JsonElement> Options { get; set; } = ImmutableDictionary<string, JsonElement>.Empty;

    [Description("More request headers.")]
    public IReadOnlyDictionary<string, string> Headers { get; set; } = ImmutableDictionary<string, string>.Empty;

    [Description("Named sets of options, for instance reasoning efforts; {\"disabled\": true} takes one away.")]
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> Variants { get; set; } =
        ImmutableDictionary<string, IReadOnlyDictionary<string, JsonElement>>.Empty;
}

/// <summary>US dollars per million tokens.</summary>
public sealed record CostConfig
{
    [Description("Of input that was not cached.")]
    public decimal Input { get; set; }

    [Description("Of output.")]
    public decimal Output { get; set; }

    [Description("Of input that was read from the cache.")]
    public decimal CacheRead { get; set; }

    [Description("Of input that was put into the cache.")]
    public decimal CacheWrite { get; set; }

    [JsonPropertyName("context_over_200k")]
    [Description("The prices when the input is longer than 200,000 tokens.")]
    public CostConfig? Over200K { get; set; }
}

/// <summary>Limits in tokens.</summary>
public sealed record LimitConfig
{
    [Description("The whole window, reply included.")]
    public int? Context { get; set; }

    [Description("The input alone, where it is limited apart.")]
    public int? Input { get; set; }

    [Description("A reply at the most.")]
    public int? Output { get; set; }
}

/// <summary>What goes in and what comes out: text, image, audio, video, pdf.</summary>
public sealed record ModalitiesConfig
{
    [Description("What it takes.")]
    public ImmutableArray<string> Input { get; set; } = [];

    [Description("What it gives.")]
    public ImmutableArray<string> Output { get; set; } = [];
}

/// <summary>Another wire or address for one model.</summary>
public sealed record ModelProviderConfig
{
    [Description("The wire it speaks.")]
    public string? Npm { get; set; }

    [Description("Its base URL.")]
    public string? Api { get; set; }
}
