using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Loop;

/// <summary>The agents that led to a session, the outermost first. They are kept with the session, so that a restart forgets none.</summary>
internal static class Starters
{
    private const string Key = "starters";

    /// <summary>Empty for a session that a person started.</summary>
    public static ImmutableArray<string> Of(SessionInfo session) =>
        session.Metadata is { ValueKind: JsonValueKind.Object } metadata && metadata.TryGetProperty(Key, out var names)
            && names.ValueKind is JsonValueKind.Array
            ? [.. names.EnumerateArray().Select(name => name.ToString())]
            : [];

    /// <summary>Metadata that says so. An agent that started one of its own kind stands there twice: the length is the depth.</summary>
    public static JsonElement Write(IEnumerable<string> starters)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteStartArray(Key);
            foreach (var name in starters)
                json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return JsonDocument.Parse(bytes.ToArray()).RootElement;
    }
}
