using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers;

/// <summary>A model as the engine needs to know it: its limits, its abilities, its prices.</summary>
public sealed record Model(string ProviderId, string Id)
{
    /// <summary>What people call it.</summary>
    public string Name { get; init; } = Id;

    /// <summary>The name that the endpoint knows it by.</summary>
    public string ApiId { get; init; } = Id;

    /// <summary>Tokens of the whole window, reply included. 0: unknown.</summary>
    public int ContextLimit { get; init; } = 128_000;

    /// <summary>Tokens of the input alone, where the provider limits them apart.</summary>
    public int? InputLimit { get; init; }

    /// <summary>Tokens of a reply at the most.</summary>
    public int OutputLimit { get; init; } = 8_192;

    /// <summary>It calls tools.</summary>
    public bool Tools { get; init; } = true;

    /// <summary>It thinks before it answers.</summary>
    public bool Reasoning { get; init; }

    /// <summary>It takes a temperature.</summary>
    public bool Temperature { get; init; } = true;

    /// <summary>It sees images.</summary>
    public bool Images { get; init; }

    /// <summary>It reads PDF files.</summary>
    public bool Pdf { get; init; }

    /// <summary>The wire its endpoint speaks.</summary>
    public Wire Wire { get; init; }

    /// <summary>The field in which its thinking goes back to it, on the chat wire; null where it must not.</summary>
    public string? ReasoningField { get; init; }

    /// <summary>Headers that go with its requests.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Settings that go with every request, spelt as on the wire.</summary>
    public ImmutableDictionary<string, JsonElement> Options { get; init; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>Named bundles of settings, for instance of reasoning effort.</summary>
    public ImmutableDictionary<string, ImmutableDictionary<string, JsonElement>> Variants { get; init; } =
        ImmutableDictionary<string, ImmutableDictionary<string, JsonElement>>.Empty;

    /// <summary>Its prices.</summary>
    public Prices Prices { get; init; } = Prices.Free;

    /// <summary>How it is named in a message.</summary>
    public ModelRef Ref => new(ProviderId, Id);
}

/// <summary>US dollars per million tokens.</summary>
public sealed record Prices(decimal Input, decimal Output, decimal CacheRead = 0, decimal CacheWrite = 0)
{
    private const int LongPrompt = 200_000;

    /// <summary>The prices of a request whose prompt is longer than 200,000 tokens, where they differ.</summary>
    public Prices? Long { get; init; }

    /// <summary>It costs nothing.</summary>
    public static Prices Free { get; } = new(0, 0);

    /// <summary>What these tokens cost, in dollars.</summary>
    public decimal Of(TokenUsage tokens) => Long is { } dearer && tokens.PromptTokens > LongPrompt
        ? dearer.Of(tokens)
        : ((tokens.Input * Input) + (tokens.Output * Output) + (tokens.Cache.Read * CacheRead) + (tokens.Cache.Write * CacheWrite))
        / 1_000_000m;
}

/// <summary>The wires a model can be asked over.</summary>
public enum Wire
{
    /// <summary>OpenAI Chat Completions, which almost every server speaks.</summary>
    Chat,

    /// <summary>OpenAI Responses.</summary>
    Responses,

    /// <summary>Anthropic Messages.</summary>
    Messages,
}
