using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>OpenAI Chat Completions.</summary>
internal sealed class ChatWire : IWire
{
    /// <inheritdoc/>
    public string Path => "/chat/completions";

    /// <inheritdoc/>
    public IEnumerable<string> Stream(Reply reply, ReceivedRequest request)
    {
        yield return Chunk(request, new JsonObject { ["role"] = "assistant", ["content"] = "" });
        foreach (var piece in Fragments.Of(reply.Reasoning ?? "", reply.FragmentSize)) { yield return Chunk(request, new JsonObject { [reply.ReasoningField] = piece }); }
        foreach (var piece in Fragments.Of(reply.Text ?? "", reply.FragmentSize)) { yield return Chunk(request, new JsonObject { ["content"] = piece }); }
        foreach (var (call, head, arguments) in Fragments.OfCalls(reply))
        {
            yield return Chunk(request, new JsonObject { ["tool_calls"] = new JsonArray(CallFragment(reply, request, call, head, arguments)) });
        }
        yield return Chunk(request, [], reply.FinishReason);
        if (reply.Usage is { } usage && WantsUsage(request.Json)) { yield return UsageChunk(request, usage); }
        yield return "data: [DONE]\n\n";
    }

    /// <inheritdoc/>
    public JsonObject Whole(Reply reply, ReceivedRequest request)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = reply.Text, ["refusal"] = null };
        if (reply.Reasoning is not null) { message[reply.ReasoningField] = reply.Reasoning; }
        if (reply.ToolCalls.Count > 0)
        {
            message["tool_calls"] = new JsonArray([.. reply.ToolCalls.Select((call, at) => Call(Fragments.Id(reply, request, at), call.Name, call.Arguments))]);
        }
        var whole = Envelope(request, "chat.completion");
        whole["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["logprobs"] = null, ["finish_reason"] = reply.FinishReason });
        if (reply.Usage is { } usage) { whole["usage"] = Tokens(usage); }
        return whole;
    }

    /// <inheritdoc/>
    public string ErrorFrame(string type, string message) =>
        Fragments.Frame(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = type } });

    /// <inheritdoc/>
    public IEnumerable<Said> Read(JsonElement body) => body.GetProperty("messages").EnumerateArray().Select(message =>
    {
        var calls = message.TryGetProperty("tool_calls", out var list)
            ? list.EnumerateArray().Select(call => new ToolCall(
                call.GetProperty("function").GetProperty("name").GetString()!,
                call.GetProperty("function").GetProperty("arguments").GetString()!,
                call.GetProperty("id").GetString())).ToList()
            : null;
        var text = message.TryGetProperty("content", out var content) ? Texts.Of(content) : "";
        return new Said(message.GetProperty("role").GetString()!, text, message.TryGetProperty("tool_call_id", out var id) ? id.GetString() : null, calls);
    });

    private static JsonObject CallFragment(Reply reply, ReceivedRequest request, int call, bool head, string arguments)
    {
        var withHead = head || reply.Style.HasFlag(ToolCallStyle.RepeatedHead);
        var fragment = withHead
            ? Call(Fragments.Id(reply, request, call), reply.ToolCalls[call].Name, arguments)
            : new JsonObject { ["function"] = new JsonObject { ["arguments"] = arguments } };
        if (!reply.Style.HasFlag(ToolCallStyle.WithoutIndex)) { fragment.Insert(0, "index", call); }
        return fragment;
    }

    private static JsonObject Call(string? id, string name, string arguments)
    {
        var call = new JsonObject { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["arguments"] = arguments } };
        if (id is not null) { call.Insert(0, "id", id); }
        return call;
    }

    private static string Chunk(ReceivedRequest request, JsonObject delta, string? finish = null)
    {
        var chunk = Envelope(request, "chat.completion.chunk");
        chunk["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = finish });
        return Fragments.Frame(chunk);
    }

    private static string UsageChunk(ReceivedRequest request, Usage usage)
    {
        var chunk = Envelope(request, "chat.completion.chunk");
        chunk["choices"] = new JsonArray();
        chunk["usage"] = Tokens(usage);
        return Fragments.Frame(chunk);
    }

    private static JsonObject Envelope(ReceivedRequest request, string kind) =>
        new() { ["id"] = $"chatcmpl-{request.Number}", ["object"] = kind, ["created"] = 1700000000, ["model"] = request.Model };

    private static JsonObject Tokens(Usage usage) => new()
    {
        ["prompt_tokens"] = usage.Input,
        ["completion_tokens"] = usage.Output,
        ["total_tokens"] = usage.Input + usage.Output,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
        ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
    };

    private static bool WantsUsage(JsonElement body) =>
        body.TryGetProperty("stream_options", out var options) && options.TryGetProperty("include_usage", out var wants) && wants.GetBoolean();
}
