using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Requests;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;

namespace MiMoCode.Engine.Features.Models;

/// <summary>Providers and models in the words that clients know. Keys and headers stay here.</summary>
internal static class ProviderListing
{
    private static readonly ModelMedia TextOnly = new(Text: true, Audio: false, Image: false, Video: false, Pdf: false);

    public static ProviderSettings Of(ProviderEntry entry, string source) => new(
        entry.Id, entry.Name, source, entry.Env, ImmutableDictionary<string, JsonElement>.Empty,
        entry.Models.ToImmutableDictionary(pair => pair.Key, pair => Of(entry, pair.Value)));

    private static ModelSettings Of(ProviderEntry entry, Model model) => new(
        model.Id,
        entry.Id,
        new ModelAddress(model.ApiId, entry.BaseUrl ?? "", entry.Npm ?? ""),
        model.Name,
        new ModelAbilities(
            model.Temperature, model.Reasoning, Attachment: model.Images || model.Pdf, model.Tools,
            TextOnly with { Image = model.Images, Pdf = model.Pdf }, TextOnly, Interleaved: model.ReasoningField is not null),
        new ModelCost(model.Prices.Input, model.Prices.Output, new ModelCacheCost(model.Prices.CacheRead, model.Prices.CacheWrite)),
        new ModelLimits(model.ContextLimit, model.OutputLimit, model.InputLimit),
        "active",
        model.Options,
        ImmutableDictionary<string, string>.Empty,
        "",
        model.Variants);
}
