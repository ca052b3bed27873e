using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>Anthropic Messages.</summary>
internal sealed class AnthropicWire : IWire
{
    /// <inheritdoc/>
    public string Path => "/messages";

    /// <inheritdoc/>
    public IEnumerable<string> Stream(Reply reply, ReceivedRequest request)
    {
        var start = Envelope(request, [], null);
        start["usage"] = Tokens(reply.Usage ?? new Usage(0, 0), output: 1);
        yield return Event("message_start", new JsonObject { ["message"] = start });
        yield return Event("ping", []);
        var index = 0;
        if (reply.Reasoning is { } reasoning)
        {
            yield return BlockStart(index, new JsonObject { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" });
            foreach (var piece in Fragments.Of(reasoning, reply.FragmentSize)) { yield return Delta(index, "thinking_delta", "thinking", piece); }
            yield return Delta(index, "signature_delta", "signature", Signature(request));
            yield return BlockStop(index++);
        }
        if (reply.Text is { } text)
        {
            yield return BlockStart(index, new JsonObject { ["type"] = "text", ["text"] = "" });
            foreach (var piece in Fragments.Of(text, reply.FragmentSize)) { yield return Delta(index, "text_delta", "text", piece); }
            yield return BlockStop(index++);
        }
        foreach (var frame in Calls(reply, request, index)) { yield return frame; }
        yield return Event("message_delta", new JsonObject
        {
            ["delta"] = new JsonObject { ["stop_reason"] = StopReason(reply), ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = reply.Usage?.Output ?? 0 },
        });
        yield return Event("message_stop", []);
    }

    /// <inheritdoc/>
    public JsonObject Whole(Reply reply, ReceivedRequest request)
    {
        var content = new JsonArray();
        if (reply.Reasoning is { } reasoning) { content.Add(new JsonObject { ["type"] = "thinking", ["thinking"] = reasoning, ["signature"] = Signature(request) }); }
        if (reply.Text is { } text) { content.Add(new JsonObject { ["type"] = "text", ["text"] = text }); }
        foreach (var (call, at) in reply.ToolCalls.Select((call, at) => (call, at)))
        {
            content.Add(new JsonObject { ["type"] = "tool_use", ["id"] = Fragments.Id(reply, request, at), ["name"] = call.Name, ["input"] = JsonNode.Parse(call.Arguments) });
        }
        var whole = Envelope(request, content, StopReason(reply));
        if (reply.Usage is { } usage) { whole["usage"] = Tokens(usage, usage.Output); }
        return whole;
    }

    /// <inheritdoc/>
    public string ErrorFrame(string type, string message) =>
        Event("error", new JsonObject { ["error"] = new JsonObject { ["type"] = type, ["message"] = message } });

    /// <inheritdoc/>
    public IEnumerable<Said> Read(JsonElement body)
    {
        if (body.TryGetProperty("system", out var system)) { yield return new Said("system", Texts.Of(system)); }
        foreach (var message in body.GetProperty("messages").EnumerateArray())
        {
            var content = message.GetProperty("content");
            var parts = content.ValueKind == JsonValueKind.Array ? content.EnumerateArray().ToList() : [];
            foreach (var result in parts.Where(part => Type(part) == "tool_result"))
            {
                yield return new Said("tool", result.TryGetProperty("content", out var output) ? Texts.Of(output) : "", result.GetProperty("tool_use_id").GetString());
            }
            if (parts.Count > 0 && parts.TrueForAll(part => Type(part) == "tool_result")) { continue; }
            var calls = parts.Where(part => Type(part) == "tool_use")
                .Select(part => new ToolCall(part.GetProperty("name").GetString()!, part.GetProperty("input").GetRawText(), part.GetProperty("id").GetString())).ToList();
            yield return new Said(message.GetProperty("role").GetString()!, Texts.Of(content), Calls: calls.Count > 0 ? calls : null);
        }
    }

    private static IEnumerable<string> Calls(Reply reply, ReceivedRequest request, int first)
    {
        // Blocks open one after the other and may overlap only when the script asks for interleaving.
        var open = -1;
        foreach (var (call, head, arguments) in Fragments.OfCalls(reply))
        {
            if (head)
            {
                if (open >= 0 && !reply.Style.HasFlag(ToolCallStyle.Interleaved)) { yield return BlockStop(first + open); }
                var block = new JsonObject { ["type"] = "tool_use", ["name"] = reply.ToolCalls[call].Name, ["input"] = new JsonObject() };
                if (Fragments.Id(reply, request, call) is { } id) { block.Insert(1, "id", id); }
                yield return BlockStart(first + call, block);
                open = call;
            }
            if (!head || arguments.Length > 0) { yield return Delta(first + call, "input_json_delta", "partial_json", arguments); }
        }
        var closeFrom = reply.Style.HasFlag(ToolCallStyle.Interleaved) ? 0 : Math.Max(open, 0);
        for (var call = closeFrom; call <= open; call++) { yield return BlockStop(first + call); }
    }

    private static string Event(string type, JsonObject payload)
    {
        payload.Insert(0, "type", type);
        return Fragments.Frame(payload, type);
    }

    private static string BlockStart(int index, JsonObject block) => Event("content_block_start", new JsonObject { ["index"] = index, ["content_block"] = block });

    private static string BlockStop(int index) => Event("content_block_stop", new JsonObject { ["index"] = index });

    private static string Delta(int index, string type, string field, string piece) =>
        Event("content_block_delta", new JsonObject { ["index"] = index, ["delta"] = new JsonObject { ["type"] = type, [field] = piece } });

    private static JsonObject Envelope(ReceivedRequest request, JsonArray content, string? stopReason) => new()
    {
        ["id"] = $"msg_{request.Number}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = request.Model,
        ["content"] = content,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = null,
    };

    private static JsonObject Tokens(Usage usage, int output) => new()
    {
        ["input_tokens"] = usage.Input - usage.Cached - usage.CacheWrite,
        ["cache_creation_input_tokens"] = usage.CacheWrite,
        ["cache_read_input_tokens"] = usage.Cached,
        ["output_tokens"] = output,
    };

    private static string StopReason(Reply reply) => reply.FinishReason switch
    {
        "stop" => "end_turn",
        "tool_calls" => "tool_use",
        "length" => "max_tokens",
        "content_filter" => "refusal",
        var other => other,
    };

    private static string Signature(ReceivedRequest request) => $"c2lnbmF0dXJl{request.Number}";

    private static string Type(JsonElement part) => part.GetProperty("type").GetString()!;
}
