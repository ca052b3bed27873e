using System.Text;
using System.Text.Json;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>A request as it arrived, kept for assertions and shown to scripts that answer by function.</summary>
internal sealed class ReceivedRequest
{
    private JsonElement? _json;

    /// <summary>1 for the first request that asked the model something; requests for lists are not numbered (0).</summary>
    public required int Number { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The headers; names in any case.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The body, byte for byte.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The dialect of the path, or null when it is none.</summary>
    public required IWire? Wire { get; init; }

    /// <summary>When the first byte was seen: a <see cref="System.Diagnostics.Stopwatch"/> timestamp.</summary>
    public required long ArrivedAt { get; init; }

    /// <summary>When the last byte of the answer was handed to the socket; 0 before that.</summary>
    public long AnsweredAt { get; set; }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON; throws when it is none.</summary>
    public JsonElement Json => _json ??= JsonDocument.Parse(Body).RootElement;

    /// <summary>The model asked for.</summary>
    public string Model => Json.TryGetProperty("model", out var model) ? model.GetString() ?? "" : "";

    /// <summary>Whether a stream was asked for.</summary>
    public bool Streams => Json.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;

    /// <summary>The conversation in this request, in no wire's words, oldest first.</summary>
    public IReadOnlyList<Said> Conversation => Wire is null ? [] : [.. Wire.Read(Json)];

    /// <summary>The newest tool result, or null when the conversation holds none.</summary>
    public Said? LastToolResult => Conversation.LastOrDefault(said => said.Role == "tool");

    /// <summary>Names of the tools offered.</summary>
    public IReadOnlyList<string> ToolNames => !Json.TryGetProperty("tools", out var tools) ? [] :
        [.. tools.EnumerateArray().Select(tool => (tool.TryGetProperty("function", out var inner) ? inner : tool).GetProperty("name").GetString()!)];
}

/// <summary>One thing said: role system, user, assistant or tool; for a tool, <paramref name="CallId"/> names the call it answers.</summary>
internal sealed record Said(string Role, string Text, string? CallId = null, IReadOnlyList<ToolCall>? Calls = null);
