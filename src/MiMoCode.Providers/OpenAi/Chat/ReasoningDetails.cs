using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>The pieces of thinking that a router wants back as it gave them: fragments of one piece are joined, the rest is kept.</summary>
internal sealed class ReasoningDetails
{
    private static readonly string[] Growing = ["text", "summary", "data"];

    private readonly List<JsonObject> pieces = [];

    /// <summary>The name under which they are kept with the part, and on the wire.</summary>
    public const string Field = "reasoning_details";

    public JsonElement? Metadata
    {
        get
        {
            if (pieces.Count == 0)
                return null;
            var kept = new JsonObject { [Field] = new JsonArray([.. pieces.Select(piece => piece.DeepClone())]) };
            using var json = JsonDocument.Parse(kept.ToJsonString());
            return json.RootElement.Clone();
        }
    }

    public void Add(JsonElement fragments)
    {
        if (fragments.ValueKind is not JsonValueKind.Array)
            return;
        foreach (var fragment in fragments.EnumerateArray())
        {
            if (JsonObject.Create(fragment) is { } piece)
                Add(piece);
        }
    }

    private void Add(JsonObject piece)
    {
        var last = pieces.Count > 0 ? pieces[^1] : null;
        if (last is null || !Same(last, piece, "type") || !Same(last, piece, "index"))
        {
            pieces.Add(piece);
            return;
        }

        foreach (var (name, value) in piece)
        {
            if (value is null)
                continue;
            last[name] = Growing.Contains(name) && last[name] is JsonValue before
                ? JsonValue.Create(before.ToString() + value.ToString())
                : value.DeepClone();
        }
    }

    private static bool Same(JsonObject one, JsonObject other, string name) => one[name]?.ToString() == other[name]?.ToString();
}
