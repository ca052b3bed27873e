using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>The settings of a request as they go on the wire: the model's own, then its variant's, then the request's.</summary>
internal static class ModelSettings
{
    // Settings as clients in JavaScript spell them, and as the wires do.
    private static readonly (string Ours, string Wire)[] Spellings =
    [
        ("reasoningEffort", "reasoning_effort"),
        ("topP", "top_p"),
        ("topK", "top_k"),
        ("frequencyPenalty", "frequency_penalty"),
        ("presencePenalty", "presence_penalty"),
        ("maxTokens", "max_tokens"),
        ("serviceTier", "service_tier"),
        ("textVerbosity", "verbosity"),
        ("parallelToolCalls", "parallel_tool_calls"),
        ("enableThinking", "enable_thinking"),
        ("thinkingBudget", "thinking_budget"),
        ("chatTemplateArgs", "chat_template_kwargs"),
        ("promptCacheKey", "prompt_cache_key"),
        ("reasoningSummary", "reasoning_summary"),
        ("budgetTokens", "budget_tokens"),
    ];

    /// <summary>In an order that does not change from request to request.</summary>
    public static SortedDictionary<string, JsonElement> Of(ModelRequest request)
    {
        var settings = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in request.Model.Options)
            settings[Spell(name)] = value;
        if (request.Variant is { } variant && request.Model.Variants.TryGetValue(variant, out var bundle))
        {
            foreach (var (name, value) in bundle)
                settings[Spell(name)] = value;
        }

        foreach (var (name, value) in request.Options)
            settings[Spell(name)] = value;
        if (!request.Model.Temperature)
            settings.Remove("temperature");
        return settings;
    }

    /// <summary>The bound of the reply, unless the settings say it already; null where nothing is known.</summary>
    public static int? MaxOutput(ModelRequest request) =>
        request.MaxOutput ?? (request.Model.OutputLimit > 0 ? Math.Min(request.Model.OutputLimit, LongestReply) : null);

    /// <summary>Longer replies than this are asked for only by name: a large bound takes away from the window with some providers.</summary>
    private const int LongestReply = 32_000;

    /// <summary>Writes a setting; the members of an object are spelt as on the wire as well.</summary>
    public static void Write(Utf8JsonWriter writer, string name, JsonElement value)
    {
        writer.WritePropertyName(name);
        if (value.ValueKind is not JsonValueKind.Object)
        {
            value.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in value.EnumerateObject())
            Write(writer, Spell(member.Name), member.Value);
        writer.WriteEndObject();
    }

    private static string Spell(string name)
    {
        foreach (var (ours, wire) in Spellings)
        {
            if (ours == name)
                return wire;
        }

        return name;
    }
}
