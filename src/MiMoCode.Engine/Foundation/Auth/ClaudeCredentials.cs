using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Foundation.Auth;

/// <summary>The key that Claude Code uses on this machine, and where it was found. Reading it changes nothing.</summary>
internal sealed record ClaudeCredentials(string Key, bool IsBearer, string Address, string? Model, string FoundIn)
{
    private const string DefaultAddress = "https://api.anthropic.com/v1";
    private static readonly string[] Files = ["settings.json", "settings.local.json", "settings_local.json"];

    /// <summary>Looks into its settings, of which the later ones win, then into the environment; null when there is no key.</summary>
    /// <exception cref="UserException">A file of its settings cannot be read.</exception>
    public static ClaudeCredentials? Find(EnvironmentVariables environment)
    {
        var (found, from) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var path in Files.Select(file => Path.Combine(environment.Home, ".claude", file)).Where(File.Exists))
        {
            foreach (var (each, value) in Read(path))
                (found[each], from[each]) = (value, path);
        }

        var (key, name) = First(found, environment, "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN");
        if (key is null)
            return null;
        var address = First(found, environment, "ANTHROPIC_BASE_URL").Value is { } url ? Versioned(url) : DefaultAddress;
        var model = First(found, environment, "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL").Value;
        return new ClaudeCredentials(
            key, name is "ANTHROPIC_AUTH_TOKEN", address, model?.Split('[', 2)[0].Trim(), from.GetValueOrDefault(name, $"the variable {name}"));
    }

    /// <summary>As it is stored.</summary>
    public Credential ToCredential()
    {
        var metadata = new Dictionary<string, string> { ["source"] = "claude-code" };
        if (Address != DefaultAddress)
            metadata["base_url"] = Address;
        if (IsBearer)
            metadata["scheme"] = "bearer";
        if (Model is { Length: > 0 })
            metadata["model"] = Model;
        return Credential.OfKey(Key) with { Metadata = metadata };
    }

    /// <summary>Enough of the key to recognise it.</summary>
    public string ShortKey => Key.Length > 16 ? $"{Key[..7]}…{Key[^4..]}" : "…";

    private static (string? Value, string Name) First(Dictionary<string, string> found, EnvironmentVariables environment, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (found.TryGetValue(name, out var value) && value.Length > 0 || (value = environment[name]) is not null)
                return (value, name);
        }

        return (null, "");
    }

    private static Dictionary<string, string> Read(string path)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path)) as JsonObject;
            foreach (var (name, value) in (json ?? []).Concat(json?["env"] as JsonObject ?? []))
            {
                if (value is JsonValue text && text.TryGetValue<string>(out var said))
                    found[name] = said;
            }

            return found;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new UserException($"Cannot read {path}: {failure.Message}");
        }
    }

    private static string Versioned(string url)
    {
        var trimmed = url.TrimEnd('/');
        return trimmed.EndsWith("/v1", StringComparison.Ordinal) ? trimmed : trimmed + "/v1";
    }

    /// <summary>Without the key: what is printed by mistake says nothing.</summary>
    public override string ToString() => $"ClaudeCredentials {{ FoundIn = {FoundIn} }}";
}
