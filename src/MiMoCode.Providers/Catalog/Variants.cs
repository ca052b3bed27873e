using System.Collections.Immutable;
using System.Text.Json;
using Bundle = System.Collections.Immutable.ImmutableDictionary<string, System.Text.Json.JsonElement>;

namespace MiMoCode.Providers.Catalog;

/// <summary>The variants that a model has by its nature: how hard it thinks, in the words of its wire.</summary>
internal static class Variants
{
    private static readonly string[] ProvidersWithThinkingSwitch = ["deepseek", "moonshotai", "zai", "zhipuai", "xiaomi"];

    public static ImmutableDictionary<string, Bundle> Of(Model model) => model switch
    {
        { Reasoning: false } => ImmutableDictionary<string, Bundle>.Empty,
        { Wire: Wire.Responses } => Efforts(["minimal", "low", "medium", "high"], """{"reasoning_effort":"$"}"""),
        { Wire: Wire.Messages } when IsAdaptive(model.ApiId) =>
            Efforts(["low", "medium", "high", "max"], """{"thinking":{"type":"adaptive"},"output_config":{"effort":"$"}}"""),
        { Wire: Wire.Messages } => Bundles(
            ("high", """{"thinking":{"type":"enabled","budget_tokens":16000}}"""),
            ("max", """{"thinking":{"type":"enabled","budget_tokens":31999}}""")),
        { ProviderId: "openrouter" } => Efforts(["low", "medium", "high"], """{"reasoning":{"effort":"$"}}"""),
        { ProviderId: "alibaba" } => Bundles(("none", """{"enable_thinking":false}"""), ("high", """{"enable_thinking":true}""")),
        _ when ProvidersWithThinkingSwitch.Any(id => model.ProviderId.StartsWith(id, StringComparison.Ordinal)) =>
            Bundles(("none", """{"thinking":{"type":"disabled"}}"""), ("high", """{"thinking":{"type":"enabled"}}""")),
        _ => Efforts(["low", "medium", "high"], """{"reasoning_effort":"$"}"""),
    };

    private static bool IsAdaptive(string id) => id.Contains("opus-4-6", StringComparison.Ordinal) || id.Contains("sonnet-4-6", StringComparison.Ordinal);

    private static ImmutableDictionary<string, Bundle> Efforts(string[] names, string json) =>
        Bundles([.. names.Select(name => (name, json.Replace("$", name, StringComparison.Ordinal)))]);

    private static ImmutableDictionary<string, Bundle> Bundles(params (string Name, string Json)[] bundles) =>
        bundles.ToImmutableDictionary(bundle => bundle.Name, bundle => Read(bundle.Json));

    private static Bundle Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone().EnumerateObject().ToImmutableDictionary(member => member.Name, member => member.Value);
    }
}
