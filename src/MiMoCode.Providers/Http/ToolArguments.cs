using System.Text.Json;
using MiMoCode.Protocol.Json;

namespace MiMoCode.Providers.Http;

/// <summary>The arguments of a tool call as they came: a JSON object, or a reason why not. Never repaired.</summary>
internal static class ToolArguments
{
    /// <summary>The finished call; malformed when its arguments cannot be trusted.</summary>
    public static ToolCalled Call(string id, string tool, string raw, JsonElement? metadata = null) =>
        TryRead(raw, out var input, out var malformed)
            ? new ToolCalled(id, tool, input, Metadata: metadata)
            : new ToolCalled(id, tool, EmptyJson.Object, raw, malformed, metadata);

    /// <summary>True for a whole JSON object whose keys stand once; nothing at all counts as an empty one.</summary>
    public static bool TryRead(string raw, out JsonElement input, out string malformed)
    {
        (input, malformed) = (EmptyJson.Object, "");
        if (string.IsNullOrWhiteSpace(raw))
            return true;
        try
        {
            using var json = JsonDocument.Parse(raw);
            malformed = Fault(json.RootElement);
            if (malformed.Length == 0)
                input = json.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            malformed = $"The arguments are not valid JSON: {exception.Message}";
        }

        return malformed.Length == 0;
    }

    private static string Fault(JsonElement json)
    {
        if (json.ValueKind is not JsonValueKind.Object)
            return $"The arguments must be a JSON object, not {json.ValueKind.ToString().ToLowerInvariant()}.";
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Add(member.Name))
                return $"The argument {member.Name} stands twice.";
        }

        return "";
    }
}
