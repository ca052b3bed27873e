using System.Text.Json;

namespace MiMoCode.Protocol.Json;

/// <summary>The empty object, which the wire wants where there is nothing to say.</summary>
public static class EmptyJson
{
    /// <summary><c>{}</c>.</summary>
    public static JsonElement Object { get; } = Parse("{}");

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
