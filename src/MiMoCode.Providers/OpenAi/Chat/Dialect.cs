namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>How a server differs from the plain Chat Completions of OpenAI. One line per server in <see cref="Dialects"/>.</summary>
internal sealed record Dialect
{
    /// <summary>What most servers understand.</summary>
    public static Dialect Plain { get; } = new();

    /// <summary>The name of the bound on the reply.</summary>
    public string MaxTokensField { get; init; } = "max_tokens";

    /// <summary>The field in which a model's thinking goes back to it; null where it must not.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>A message with tool calls is refused when its thinking is missing.</summary>
    public bool ReasoningRequired { get; init; }

    /// <summary>Thinking may stand in the text between think tags.</summary>
    public bool ThinkTags { get; init; }

    /// <summary>The tokens are only counted when asked for.</summary>
    public bool AskForUsage { get; init; } = true;

    /// <summary>A model can be made to call a tool.</summary>
    public bool RequiredToolChoice { get; init; } = true;

    /// <summary>The field by which requests of one session meet the same cache.</summary>
    public string? CacheKeyField { get; init; }

    /// <summary>The header for the same.</summary>
    public string? CacheKeyHeader { get; init; }

    /// <summary>Ids of tool calls are nine letters and digits.</summary>
    public bool ShortCallIds { get; init; }

    /// <summary>The role of the system text.</summary>
    public string SystemRole { get; init; } = "system";
}
