using System.Text.Json;
using System.Text.Json.Serialization;

namespace MiMoCode.Engine.Foundation.Auth;

/// <summary>What auth.json holds for one provider. Members that we do not know are kept.</summary>
internal sealed record Credential(string Type)
{
    /// <summary>The key of a provider (type api).</summary>
    public string? Key { get; init; }

    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public string? Refresh { get; init; }

    public string? Access { get; init; }

    /// <summary>When the access token ends, in milliseconds since 1970.</summary>
    public long? Expires { get; init; }

    public string? AccountId { get; init; }

    public string? EnterpriseUrl { get; init; }

    public string? Token { get; init; }

    // "set": generated code hands every init to the constructor, where members of any name cannot go.
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }

    /// <summary>The address that came with the key; null for the provider's own.</summary>
    [JsonIgnore] public string? Address => Metadata?.GetValueOrDefault("base_url");

    /// <summary>The model that the person used with the key before.</summary>
    [JsonIgnore] public string? PreferredModel => Metadata?.GetValueOrDefault("model");

    /// <summary>It goes into the Authorization header, also where the provider's own keys have another.</summary>
    [JsonIgnore] public bool IsBearer => IsRenewable || Metadata?.GetValueOrDefault("scheme") is "bearer";

    /// <summary>It ends, and is exchanged for another (type oauth).</summary>
    [JsonIgnore] public bool IsRenewable => Type is "oauth";

    /// <summary>Where it is exchanged; null where nobody said it, or in the clear beyond this machine.</summary>
    [JsonIgnore] public Uri? TokenAddress =>
        Uri.TryCreate(Metadata?.GetValueOrDefault("token_url"), UriKind.Absolute, out var url) && (url.Scheme is "https" || (url.Scheme is "http" && url.IsLoopback)) ? url : null;

    /// <summary>As whom it is exchanged.</summary>
    [JsonIgnore] public string? ClientId => Metadata?.GetValueOrDefault("client_id");

    /// <summary>A key that a person typed in.</summary>
    public static Credential OfKey(string key) => new("api") { Key = key };

    /// <summary>Without the secrets: a credential that is printed by mistake says nothing.</summary>
    public override string ToString() => $"Credential {{ Type = {Type} }}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(Credential))]
internal sealed partial class AuthJson : JsonSerializerContext;
