using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Models;

/// <summary>
/// Names for models or for sets of them: one model, or a default and members, of which the one on the caller's own provider is
/// preferred. Three tiers may be named without being set up; they then mean the model that is used anyway.
/// </summary>
internal sealed class ModelGroups(IReadOnlyDictionary<string, JsonElement> configured)
{
    private static readonly ImmutableArray<string> Tiers = ["ultra", "standard", "lite"];

    /// <summary>The model that a name stands for: a model as provider/model, or a group. Null for a tier that nobody set up.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="near">The provider that is in use, whose member of a group is preferred.</param>
    /// <exception cref="UserException">It is neither, or the group holds something that is no model.</exception>
    public ModelRef? Resolve(string name, string? near = null)
    {
        if (ModelRef.Parse(name) is { } model)
            return model;
        if (configured.TryGetValue(name, out var group))
            return OneOf(name, group, near);
        return Tiers.Contains(name) ? null : throw new UserException(
            $"'{name}' is not a model: write provider/model{(configured.Count > 0 ? $", or one of {string.Join(", ", configured.Keys.Order(StringComparer.Ordinal))}" : "")}. See mimo models.");
    }

    private static ModelRef OneOf(string name, JsonElement group, string? near)
    {
        string[] members = group.ValueKind switch
        {
            JsonValueKind.String => [group.GetString()!],
            JsonValueKind.Object => [.. Texts(group, "default"), .. Texts(group, "models")],
            _ => [],
        };
        var models = members.Select(member => ModelRef.Parse(member)
            ?? throw new UserException($"model_groups.{name} holds '{member}', which is not written as provider/model.")).ToList();
        return models.Find(model => model.ProviderId == near) ?? models.FirstOrDefault()
            ?? throw new UserException($"model_groups.{name} names no model: write \"provider/model\", or {{\"default\": …, \"models\": […]}}.");
    }

    private static IEnumerable<string> Texts(JsonElement group, string member) => !group.TryGetProperty(member, out var value) ? [] : value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().Select(each => each.ToString()),
        _ => [],
    };
}
