using System.Text.Json;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>Text out of a content field, which is a string, a list of parts with text, or null.</summary>
internal static class Texts
{
    /// <summary>All text, parts joined without a separator.</summary>
    public static string Of(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : "")),
        _ => "",
    };
}
