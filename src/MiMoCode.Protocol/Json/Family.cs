using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MiMoCode.Protocol.Json;

/// <summary>The members of a closed family by their wire names: the table of contents of everything the family can hold.</summary>
internal sealed class Family(params (string Name, Type Type)[] members)
{
    private readonly FrozenDictionary<string, Type> typeByName = members.ToFrozenDictionary(member => member.Name, member => member.Type);
    private readonly FrozenDictionary<Type, string> nameByType = members.ToFrozenDictionary(member => member.Type, member => member.Name);

    /// <summary>The members in the order they were declared.</summary>
    public IReadOnlyList<(string Name, Type Type)> Members => members;

    public string NameOf(Type type) => nameByType[type];

    /// <summary>Null when this version does not know the name that the object carries in <c>type</c>.</summary>
    public JsonTypeInfo? Find(JsonElement json, JsonSerializerOptions options) =>
        json.ValueKind is JsonValueKind.Object
        && json.TryGetProperty("type", out var name)
        && name.ValueKind is JsonValueKind.String
        && typeByName.TryGetValue(name.GetString()!, out var type)
            ? options.GetTypeInfo(type)
            : null;
}
