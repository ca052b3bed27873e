using System.Text;
using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>What an error object says, wherever its server puts it.</summary>
internal sealed record ErrorText(string Message, string Code, int? Status = null)
{
    private const int LongestText = 500;

    public static ErrorText Of(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Of(json.RootElement);
        }
        catch (JsonException)
        {
            var text = Encoding.UTF8.GetString(body).Trim();
            return new ErrorText(text.StartsWith('<') ? "" : Short(text), "");
        }
    }

    public static ErrorText Of(JsonElement json)
    {
        if (json.ValueKind is JsonValueKind.Array && json.GetArrayLength() > 0)
            json = json[0];
        if (json.ValueKind is not JsonValueKind.Object)
            return new ErrorText(Short(json.ToString()), "");
        var error = json.TryGetProperty("error", out var inner) ? inner : json;
        if (error.ValueKind is not JsonValueKind.Object)
            return new ErrorText(Short(error.ToString()), Word(json, "code"));
        var message = Word(error, "message") is { Length: > 0 } text ? text : Word(error, "detail");
        var code = string.Join(' ', Word(error, "code"), Word(error, "type"), Word(error, "status")).Trim();
        return new ErrorText(Short(message + Inner(error)), code, Number(error, "code") ?? Number(error, "status_code"));
    }

    /// <summary>A router hides what its provider said one level down.</summary>
    private static string Inner(JsonElement error) =>
        error.TryGetProperty("metadata", out var metadata) && metadata.ValueKind is JsonValueKind.Object && Word(metadata, "raw") is { Length: > 0 } raw
            ? $": {raw}"
            : "";

    private static string Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value.ToString() : "";

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number)
        && number is >= 400 and < 600 ? number : null;

    private static string Short(string text) => text.Length <= LongestText ? text.Trim() : text[..LongestText].Trim() + "…";
}
