using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>Tokens in all the spellings of the chat wire. Cached tokens are part of the prompt there and are taken out here.</summary>
internal static class ChatUsage
{
    public static TokenUsage? Of(JsonElement usage)
    {
        if (usage.ValueKind is JsonValueKind.Object && usage.TryGetProperty("usage", out var inner))
            usage = inner;
        if (usage.ValueKind is not JsonValueKind.Object)
            return null;
        var prompt = Number(usage, "prompt_tokens") ?? Number(usage, "input_tokens");
        var completion = Number(usage, "completion_tokens") ?? Number(usage, "output_tokens");
        if (prompt is null && completion is null)
            return null;
        return Made(usage, prompt ?? 0, completion ?? 0);
    }

    /// <summary>llama.cpp counts here when it was not asked to count there.</summary>
    public static TokenUsage? OfTimings(JsonElement timings) =>
        timings.ValueKind is JsonValueKind.Object && Number(timings, "prompt_n") is { } prompt
            ? new TokenUsage(prompt, Number(timings, "predicted_n") ?? 0, 0, new CacheTokens(Number(timings, "cache_n") ?? 0, 0))
            : null;

    private static TokenUsage Made(JsonElement usage, long prompt, long completion)
    {
        var read = Inside(usage, "prompt_tokens_details", "cached_tokens")
            ?? Inside(usage, "input_tokens_details", "cached_tokens")
            ?? Number(usage, "prompt_cache_hit_tokens")
            ?? Number(usage, "cached_tokens")
            ?? Number(usage, "cache_read_input_tokens")
            ?? 0;
        var written = Inside(usage, "prompt_tokens_details", "cache_write_tokens")
            ?? Inside(usage, "prompt_tokens_details", "cache_creation_input_tokens")
            ?? Number(usage, "cache_creation_input_tokens")
            ?? 0;
        var reasoning = Inside(usage, "completion_tokens_details", "reasoning_tokens")
            ?? Inside(usage, "output_tokens_details", "reasoning_tokens")
            ?? Number(usage, "reasoning_tokens")
            ?? 0;
        var total = Number(usage, "total_tokens");
        // Some servers count thinking beside the completion, most inside it.
        if (reasoning > 0 && (total == prompt + completion + reasoning || reasoning > completion))
            completion += reasoning;
        read = Math.Min(read, prompt);
        written = Math.Min(written, prompt - read);
        return new TokenUsage(prompt - read - written, completion, reasoning, new CacheTokens(read, written), prompt + completion);
    }

    private static long? Inside(JsonElement json, string outer, string name) =>
        json.TryGetProperty(outer, out var inner) && inner.ValueKind is JsonValueKind.Object ? Number(inner, name) : null;

    private static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number
            ? Math.Max(0, value.TryGetInt64(out var whole) ? whole : (long)Math.Clamp(value.GetDouble(), 0, 1e15))
            : null;
}
