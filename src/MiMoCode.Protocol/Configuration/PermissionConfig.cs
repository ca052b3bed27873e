using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Protocol.Configuration;

/// <summary>
/// Permission rules in the order they were written. The short forms <c>"ask"</c> and <c>{"bash": "ask"}</c> stand for the
/// pattern <c>*</c>.
/// </summary>
[JsonConverter(typeof(PermissionConfigConverter))]
[JsonSchema("""
    {"anyOf":[{"enum":["allow","ask","deny"]},{"type":"object","additionalProperties":
    {"anyOf":[{"enum":["allow","ask","deny"]},{"type":"object","additionalProperties":{"enum":["allow","ask","deny"]}}]}}]}
    """)]
public sealed record PermissionConfig(ImmutableArray<PermissionRule> Rules)
{
    /// <summary>No rules.</summary>
    public static PermissionConfig Empty { get; } = new([]);

    /// <summary>These rules after those: the later ones win.</summary>
    public PermissionConfig Then(PermissionConfig later) => new(Rules.AddRange(later.Rules));

    /// <summary>The action that a word names, or null.</summary>
    public static PermissionAction? ActionOf(string? word) => word switch
    {
        "allow" => PermissionAction.Allow,
        "ask" => PermissionAction.Ask,
        "deny" => PermissionAction.Deny,
        _ => null,
    };

    /// <summary>The word for an action.</summary>
    public static string WordOf(PermissionAction action) => action switch
    {
        PermissionAction.Allow => "allow",
        PermissionAction.Deny => "deny",
        _ => "ask",
    };
}

/// <summary>Reads a map in its order, which decides.</summary>
public sealed class PermissionConfigConverter : JsonConverter<PermissionConfig>
{
    /// <inheritdoc />
    public override PermissionConfig Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var rules = ImmutableArray.CreateBuilder<PermissionRule>();
        var json = JsonElement.ParseValue(ref reader);
        if (json.ValueKind is not JsonValueKind.Object)
            return new([new("*", "*", Action(json))]);
        foreach (var permission in json.EnumerateObject())
        {
            if (permission.Value.ValueKind is JsonValueKind.Object)
                rules.AddRange(permission.Value.EnumerateObject().Select(p => new PermissionRule(permission.Name, p.Name, Action(p.Value))));
            else
                rules.Add(new(permission.Name, "*", Action(permission.Value)));
        }

        return new(rules.ToImmutable());
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, PermissionConfig value, JsonSerializerOptions options)
    {
        // Neighbours of one name share a map. A name that comes again later is written again, so that the order survives.
        writer.WriteStartObject();
        for (var i = 0; i < value.Rules.Length;)
        {
            var name = value.Rules[i].Permission;
            writer.WriteStartObject(name);
            for (; i < value.Rules.Length && value.Rules[i].Permission == name; i++)
                writer.WriteString(value.Rules[i].Pattern, PermissionConfig.WordOf(value.Rules[i].Action));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static PermissionAction Action(JsonElement json) =>
        (json.ValueKind is JsonValueKind.String ? PermissionConfig.ActionOf(json.GetString()) : null)
        ?? throw new JsonException("A permission is allow, ask or deny.");
}
