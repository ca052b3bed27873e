namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>Which server speaks which dialect: by the provider's name first, then by its address.</summary>
internal static class Dialects
{
    private static readonly (string Id, string Host, Dialect Dialect)[] Table =
    [
        ("openai", "api.openai.com", new Dialect { MaxTokensField = "max_completion_tokens", CacheKeyField = "prompt_cache_key" }),
        ("deepseek", "api.deepseek.com", new Dialect { ReasoningField = "reasoning_content", ReasoningRequired = true }),
        ("moonshotai", "api.moonshot.", new Dialect
        {
            ReasoningField = "reasoning_content", ReasoningRequired = true, RequiredToolChoice = false, CacheKeyField = "prompt_cache_key",
        }),
        ("kimi", "api.kimi.com", new Dialect { ReasoningField = "reasoning_content", ReasoningRequired = true, RequiredToolChoice = false }),
        ("zhipuai", "open.bigmodel.cn", new Dialect { ReasoningField = "reasoning_content", RequiredToolChoice = false }),
        ("zai", "api.z.ai", new Dialect { ReasoningField = "reasoning_content", RequiredToolChoice = false }),
        ("xiaomi", "xiaomimimo.com", new Dialect { ReasoningField = "reasoning_content", ReasoningRequired = true, MaxTokensField = "max_completion_tokens" }),
        ("alibaba", "dashscope", new Dialect { ReasoningField = "reasoning_content", RequiredToolChoice = false }),
        ("openrouter", "openrouter.ai", new Dialect { ReasoningField = "reasoning_details" }),
        ("groq", "api.groq.com", new Dialect { MaxTokensField = "max_completion_tokens" }),
        ("xai", "api.x.ai", new Dialect { MaxTokensField = "max_completion_tokens", CacheKeyHeader = "x-grok-conv-id" }),
        ("mistral", "api.mistral.ai", new Dialect { ShortCallIds = true, AskForUsage = false }),
        ("google", "generativelanguage.googleapis.com", new Dialect()),
        ("minimax", "api.minimax", new Dialect { ThinkTags = true }),
        ("ollama", ":11434", Local),
        ("lmstudio", ":1234", Local),
        ("llama.cpp", ":8080", Local),
        ("vllm", ":8000", Local),
    ];

    private static Dialect Local => new() { ThinkTags = true };

    public static Dialect Of(string providerId, Uri baseUrl)
    {
        foreach (var (id, _, dialect) in Table)
        {
            if (providerId.StartsWith(id, StringComparison.OrdinalIgnoreCase))
                return dialect;
        }

        foreach (var (_, host, dialect) in Table)
        {
            if (baseUrl.Authority.Contains(host, StringComparison.OrdinalIgnoreCase))
                return dialect;
        }

        // A server nobody knows is most likely a local one, or a router in front of one.
        return Local;
    }
}
