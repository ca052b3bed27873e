using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>
/// Compares a tree with the generated description of <see cref="Config"/>. A key that is unknown, wrong or not for this layer is
/// dropped alone, with its place named; what is left always deserialises.
/// </summary>
internal sealed class ConfigCheck(bool fromProject, ICollection<Notice> notices)
{
    public ObjectNode Check(ObjectNode tree) => Members(tree, ConfigJson.Default.Config, "");

    /// <summary>The same for one agent, for instance the head of its Markdown file.</summary>
    public ObjectNode CheckAgent(ObjectNode tree) => Members(tree, ConfigJson.Default.AgentConfig, "");

    private ObjectNode Members(ObjectNode node, JsonTypeInfo type, string path)
    {
        var open = type.Properties.Any(property => property.IsExtensionData);
        var kept = ImmutableArray.CreateBuilder<Member>();
        foreach (var member in node.Members)
        {
            var property = type.Properties.FirstOrDefault(p => p.Name == member.Name && !p.IsExtensionData);
            var name = path + member.Name;
            if (property is null && !open)
                Drop(member.Place, $"there is no setting {name}{Nearest(member.Name, type)}");
            else if (property is null)
                kept.Add(member);
            else if (fromProject && Has<OwnOnlyAttribute>(property))
                Drop(member.Place, $"{name} can only be set in your own settings, not by a project");
            else if (Value(member.Value, type.Options.GetTypeInfo(property.PropertyType), property, name) is { } value)
                kept.Add(Noted(member with { Value = value }, property, name));
        }

        return node with { Members = kept.ToImmutable() };
    }

    private Member Noted(Member member, JsonPropertyInfo property, string name)
    {
        if (Has<NotYetAttribute>(property))
            notices.Add(new(NoticeKind.NotYet, member.Place, $"{name} is kept, but nothing in this version acts on it yet"));
        return member;
    }

    private Node? Value(Node node, JsonTypeInfo type, JsonPropertyInfo? property, string path)
    {
        if (node is LiteralNode { Json: "null" })
            return Drop(node.Place, $"{path} is null; leave the key out instead");
        if (type.Type == typeof(PermissionConfig))
            return Permission(node, path);
        switch (type.Kind, node)
        {
            case (JsonTypeInfoKind.Object, ObjectNode tree):
                return Members(tree, type, path + ".");
            case (JsonTypeInfoKind.Dictionary, ObjectNode map):
                var element = type.Options.GetTypeInfo(type.ElementType!);
                return map with
                {
                    Members = [.. from member in map.Members
                                  let value = Value(member.Value, element, null, $"{path}.{member.Name}")
                                  where value is not null
                                  select member with { Value = value }],
                };
            case (JsonTypeInfoKind.Enumerable, ArrayNode list):
                var item = type.Options.GetTypeInfo(type.ElementType!);
                return list with { Items = [.. list.Items.Select((value, i) => Value(value, item, null, $"{path}[{i}]")).OfType<Node>()] };
            case (JsonTypeInfoKind.None, _) when Fits(node, type, property):
                return node;
            default:
                return Drop(node.Place, $"{path} should be {ConfigSchema.Describe(type, property)}, not {Short(node)}");
        }
    }

    // The generated reader itself is the judge of single values; a converter of the property's own goes first.
    private static bool Fits(Node node, JsonTypeInfo type, JsonPropertyInfo? property)
    {
        try
        {
            if (property?.CustomConverter is TimeLimitConverter)
                return node is LiteralNode { Json: not "true" };
            JsonSerializer.Deserialize(node.ToJson(), type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A wrong permission must not open anything: instead of vanishing it becomes "ask".
    private Node Permission(Node node, string path) => node switch
    {
        ObjectNode map => map with
        {
            Members = [.. map.Members.Select(member => member with { Value = Permission(member.Value, $"{path}.{member.Name}") })],
        },
        TextNode { Text: "allow" or "ask" or "deny" } => node,
        _ => Asked(node, path),
    };

    private TextNode Asked(Node node, string path)
    {
        notices.Add(new(NoticeKind.Warning, node.Place, $"{path} should be \"allow\", \"ask\" or \"deny\", not {Short(node)}; \"ask\" holds"));
        return new(node.Place, "ask");
    }

    private Node? Drop(FilePlace place, string text)
    {
        notices.Add(new(NoticeKind.Warning, place, $"dropped: {text}"));
        return null;
    }

    private static string Short(Node node) => node switch
    {
        ObjectNode => "an object",
        ArrayNode => "a list",
        _ when node.ToString() is { Length: > 40 } text => text[..40] + "…",
        _ => node.ToString(),
    };

    private static string Nearest(string name, JsonTypeInfo type)
    {
        var (distance, nearest) = type.Properties.Select(p => (Distance: Distance(name, p.Name), p.Name)).DefaultIfEmpty((99, "")).Min();
        return distance <= Math.Max(2, name.Length / 3) && distance * 2 < name.Length ? $"; did you mean {nearest}?" : "";
    }

    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }

    private static bool Has<T>(JsonPropertyInfo property) where T : Attribute =>
        property.AttributeProvider is { } member && member.IsDefined(typeof(T), inherit: false);
}
