using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Catalog;

/// <summary>
/// What the catalogue knows with what the configuration says, which wins. A model that the configuration describes whole is found
/// without reading the catalogue.
/// </summary>
public sealed class ConfiguredCatalog(ModelCatalog known, IReadOnlyDictionary<string, ProviderConfig> configured)
{
    // Stand-ins for a model about which nothing is known: small enough to be safe with most.
    private const int UnknownContext = 128_000;

    /// <summary>The ids of all providers, those of the configuration first.</summary>
    public IEnumerable<string> Ids => configured.Keys.Concat(known.Ids).Distinct(StringComparer.Ordinal);

    /// <summary>A provider with its models; null when neither knows it.</summary>
    public ProviderEntry? Find(string id)
    {
        var entry = known.Find(id);
        return configured.TryGetValue(id, out var config) ? Merge(entry ?? new ProviderEntry(id), config) : entry;
    }

    /// <summary>
    /// A provider and one of its models. A name that is not listed is taken as it is where the provider is known: catalogues are older
    /// than models. Null when the provider is unknown.
    /// </summary>
    public (ProviderEntry Provider, Model Model)? Find(ModelRef model)
    {
        var entry = IsWhole(model) ? Merge(new ProviderEntry(model.ProviderId), configured[model.ProviderId]) : Find(model.ProviderId);
        if (entry is null)
            return null;
        return (entry, entry.Models.GetValueOrDefault(model.ModelId)
            ?? new Model(entry.Id, model.ModelId) { ContextLimit = UnknownContext, OutputLimit = 0, Wire = WireNames.Of(entry.Npm) });
    }

    private bool IsWhole(ModelRef model) =>
        configured.TryGetValue(model.ProviderId, out var config)
        && (config.Options.BaseUrl ?? config.Api) is not null && config.Npm is not null
        && config.Models.TryGetValue(model.ModelId, out var own) && own.Limit?.Context is not null;

    private static ProviderEntry Merge(ProviderEntry entry, ProviderConfig config)
    {
        var npm = config.Npm ?? entry.Npm;
        var models = entry.Models;
        if (config.Npm is not null)
            models = models.ToImmutableDictionary(pair => pair.Key, pair => Rewired(pair.Value, config.Npm));
        foreach (var (id, model) in config.Models)
            models = models.SetItem(id, Merge(models.GetValueOrDefault(id) ?? Unknown(entry.Id, id, npm), model));
        models = models.RemoveRange(models.Keys.Where(id => !IsOffered(config, id)));
        return entry with
        {
            Name = config.Name ?? entry.Name,
            BaseUrl = config.Options.BaseUrl ?? config.Api ?? entry.BaseUrl,
            Npm = npm,
            Env = config.Env.IsDefaultOrEmpty ? entry.Env : config.Env,
            Headers = entry.Headers.SetItems(config.Options.Headers),
            Silence = config.Options.ChunkTimeout == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : config.Options.ChunkTimeout,
            Limit = config.Options.Timeout == Timeout.InfiniteTimeSpan ? null : config.Options.Timeout,
            HasCacheKey = config.Options.SetCacheKey,
            AsksForUsage = config.Options.IncludeUsage,
            Models = models,
        };
    }

    private static bool IsOffered(ProviderConfig config, string id) =>
        !config.Blacklist.Contains(id)
        && (config.Whitelist.IsDefaultOrEmpty || config.Whitelist.Contains(id))
        && (!config.OnlyConfiguredModels || config.Models.ContainsKey(id));

    private static Model Unknown(string providerId, string id, string? npm) =>
        new(providerId, id) { ContextLimit = UnknownContext, OutputLimit = 0, Wire = WireNames.Of(npm) };

    private static Model Rewired(Model model, string npm)
    {
        var rewired = model with { Wire = WireNames.Of(npm) };
        return rewired with { Variants = Variants.Of(rewired) };
    }

    private static Model Merge(Model model, ModelConfig config)
    {
        var input = config.Modalities?.Input ?? [];
        var merged = model with
        {
            ApiId = config.Id ?? model.ApiId,
            Name = config.Name ?? model.Name,
            ContextLimit = config.Limit?.Context ?? model.ContextLimit,
            InputLimit = config.Limit?.Input ?? model.InputLimit,
            OutputLimit = config.Limit?.Output ?? model.OutputLimit,
            Tools = config.ToolCall ?? model.Tools,
            Reasoning = config.Reasoning ?? model.Reasoning,
            Temperature = config.Temperature ?? model.Temperature,
            Images = input.IsDefaultOrEmpty ? config.Attachment ?? model.Images : input.Contains("image"),
            Pdf = input.IsDefaultOrEmpty ? model.Pdf : input.Contains("pdf"),
            Wire = config.Provider?.Npm is { } npm ? WireNames.Of(npm) : model.Wire,
            ReasoningField = config.Interleaved is { } interleaved ? ModelsDev.ReasoningField(interleaved) : model.ReasoningField,
            Prices = config.Cost is { } cost ? Of(cost) : model.Prices,
            Options = model.Options.SetItems(config.Options),
            Headers = model.Headers.SetItems(config.Headers),
        };
        return merged with { Variants = Merge(Variants.Of(merged), config.Variants) };
    }

    private static Prices Of(CostConfig cost) => new(cost.Input, cost.Output, cost.CacheRead, cost.CacheWrite)
    {
        Long = cost.Over200K is { } dearer ? Of(dearer) : null,
    };

    private static ImmutableDictionary<string, ImmutableDictionary<string, JsonElement>> Merge(
        ImmutableDictionary<string, ImmutableDictionary<string, JsonElement>> variants,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> configured)
    {
        foreach (var (name, settings) in configured)
        {
            var isOff = settings.TryGetValue("disabled", out var disabled) && disabled.ValueKind is JsonValueKind.True;
            variants = isOff
                ? variants.Remove(name)
                : variants.SetItem(name, variants.GetValueOrDefault(name, ImmutableDictionary<string, JsonElement>.Empty).SetItems(settings).Remove("disabled"));
        }

        return variants;
    }
}
