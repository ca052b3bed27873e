using System.Text.Json;
using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>OpenAI Responses.</summary>
internal sealed class ResponsesWire : IWire
{
    /// <inheritdoc/>
    public string Path => "/responses";

    /// <inheritdoc/>
    public IEnumerable<string> Stream(Reply reply, ReceivedRequest request) =>
        Events(reply, request).Select((payload, sequence) =>
        {
            payload["sequence_number"] = sequence;
            return Fragments.Frame(payload, payload["type"]!.GetValue<string>());
        });

    /// <inheritdoc/>
    public JsonObject Whole(Reply reply, ReceivedRequest request)
    {
        var status = reply.FinishReason is "length" or "content_filter" ? "incomplete" : "completed";
        var whole = Envelope(request, status, new JsonArray([.. Items(reply, request)]));
        if (status == "incomplete")
        {
            whole["incomplete_details"] = new JsonObject { ["reason"] = reply.FinishReason == "length" ? "max_output_tokens" : "content_filter" };
        }
        if (reply.Usage is { } usage) { whole["usage"] = Tokens(usage); }
        return whole;
    }

    /// <inheritdoc/>
    public string ErrorFrame(string type, string message) =>
        Fragments.Frame(new JsonObject { ["type"] = "error", ["code"] = type, ["message"] = message, ["param"] = null, ["sequence_number"] = 0 }, "error");

    /// <inheritdoc/>
    public IEnumerable<Said> Read(JsonElement body)
    {
        if (body.TryGetProperty("instructions", out var instructions) && Texts.Of(instructions) is { Length: > 0 } system) { yield return new Said("system", system); }
        var input = body.GetProperty("input");
        if (input.ValueKind == JsonValueKind.String)
        {
            yield return new Said("user", input.GetString()!);
            yield break;
        }
        foreach (var item in input.EnumerateArray())
        {
            switch (item.TryGetProperty("type", out var type) ? type.GetString() : "message")
            {
                case "message":
                    yield return new Said(item.GetProperty("role").GetString()!, Texts.Of(item.GetProperty("content")));
                    break;
                case "function_call":
                    yield return new Said("assistant", "", Calls:
                        [new ToolCall(item.GetProperty("name").GetString()!, item.GetProperty("arguments").GetString()!, item.GetProperty("call_id").GetString())]);
                    break;
                case "function_call_output":
                    yield return new Said("tool", Texts.Of(item.GetProperty("output")), item.GetProperty("call_id").GetString());
                    break;
            }
        }
    }

    private IEnumerable<JsonObject> Events(Reply reply, ReceivedRequest request)
    {
        yield return Event("response.created", ("response", Envelope(request, "in_progress", [])));
        yield return Event("response.in_progress", ("response", Envelope(request, "in_progress", [])));
        var items = Items(reply, request).ToList();
        var firstCall = items.Count - reply.ToolCalls.Count;
        for (var at = 0; at < firstCall; at++)
        {
            var isReasoning = items[at]["type"]!.GetValue<string>() == "reasoning";
            foreach (var said in isReasoning ? Reasoning(reply, items[at], at) : Message(reply, items[at], at)) { yield return said; }
        }
        foreach (var said in Calls(reply, items, firstCall)) { yield return said; }
        var whole = Whole(reply, request);
        yield return Event("response." + whole["status"]!.GetValue<string>(), ("response", whole));
    }

    private static IEnumerable<JsonObject> Reasoning(Reply reply, JsonObject item, int at)
    {
        var id = Id(item);
        yield return Event("response.output_item.added", ("output_index", at), ("item", With(item, ("summary", new JsonArray()))));
        yield return Event("response.reasoning_summary_part.added", ("item_id", id), ("output_index", at), ("summary_index", 0), ("part", SummaryPart("")));
        foreach (var piece in Fragments.Of(reply.Reasoning!, reply.FragmentSize))
        {
            yield return Event("response.reasoning_summary_text.delta", ("item_id", id), ("output_index", at), ("summary_index", 0), ("delta", piece));
        }
        yield return Event("response.reasoning_summary_text.done", ("item_id", id), ("output_index", at), ("summary_index", 0), ("text", reply.Reasoning));
        yield return Event("response.reasoning_summary_part.done", ("item_id", id), ("output_index", at), ("summary_index", 0), ("part", SummaryPart(reply.Reasoning!)));
        yield return Event("response.output_item.done", ("output_index", at), ("item", item.DeepClone()));
    }

    private static IEnumerable<JsonObject> Message(Reply reply, JsonObject item, int at)
    {
        var id = Id(item);
        yield return Event("response.output_item.added", ("output_index", at), ("item", With(item, ("content", new JsonArray()), ("status", "in_progress"))));
        yield return Event("response.content_part.added", ("item_id", id), ("output_index", at), ("content_index", 0), ("part", TextPart("")));
        foreach (var piece in Fragments.Of(reply.Text!, reply.FragmentSize))
        {
            yield return Event("response.output_text.delta", ("item_id", id), ("output_index", at), ("content_index", 0), ("delta", piece), ("logprobs", new JsonArray()));
        }
        yield return Event("response.output_text.done", ("item_id", id), ("output_index", at), ("content_index", 0), ("text", reply.Text), ("logprobs", new JsonArray()));
        yield return Event("response.content_part.done", ("item_id", id), ("output_index", at), ("content_index", 0), ("part", TextPart(reply.Text!)));
        yield return Event("response.output_item.done", ("output_index", at), ("item", item.DeepClone()));
    }

    private static IEnumerable<JsonObject> Calls(Reply reply, List<JsonObject> items, int first)
    {
        foreach (var (call, head, arguments) in Fragments.OfCalls(reply))
        {
            var (item, at) = (items[first + call], first + call);
            if (head) { yield return Event("response.output_item.added", ("output_index", at), ("item", With(item, ("arguments", ""), ("status", "in_progress")))); }
            if (arguments.Length > 0)
            {
                yield return Event("response.function_call_arguments.delta", ("item_id", Id(item)), ("output_index", at), ("delta", arguments));
            }
        }
        for (var at = first; at < items.Count; at++)
        {
            var item = items[at];
            yield return Event("response.function_call_arguments.done", ("item_id", Id(item)), ("output_index", at),
                ("name", item["name"]!.DeepClone()), ("arguments", item["arguments"]!.DeepClone()));
            yield return Event("response.output_item.done", ("output_index", at), ("item", item.DeepClone()));
        }
    }

    private static IEnumerable<JsonObject> Items(Reply reply, ReceivedRequest request)
    {
        if (reply.Reasoning is { } reasoning)
        {
            var item = new JsonObject { ["id"] = $"rs_{request.Number}", ["type"] = "reasoning", ["summary"] = new JsonArray(SummaryPart(reasoning)) };
            if (request.Text.Contains("reasoning.encrypted_content", StringComparison.Ordinal)) { item["encrypted_content"] = $"ZW5jcnlwdGVk{request.Number}"; }
            yield return item;
        }
        if (reply.Text is { } text)
        {
            yield return new JsonObject
            {
                ["id"] = $"msg_{request.Number}",
                ["type"] = "message",
                ["role"] = "assistant",
                ["status"] = "completed",
                ["content"] = new JsonArray(TextPart(text)),
            };
        }
        foreach (var (call, at) in reply.ToolCalls.Select((call, at) => (call, at)))
        {
            yield return new JsonObject
            {
                ["id"] = $"fc_{request.Number}_{at + 1}",
                ["type"] = "function_call",
                ["status"] = "completed",
                ["call_id"] = Fragments.Id(reply, request, at),
                ["name"] = call.Name,
                ["arguments"] = call.Arguments,
            };
        }
    }

    private static JsonObject Envelope(ReceivedRequest request, string status, JsonArray output) => new()
    {
        ["id"] = $"resp_{request.Number}",
        ["object"] = "response",
        ["created_at"] = 1700000000,
        ["status"] = status,
        ["error"] = null,
        ["incomplete_details"] = null,
        ["model"] = request.Model,
        ["output"] = output,
        ["parallel_tool_calls"] = true,
        ["tools"] = new JsonArray(),
    };

    private static JsonObject Event(string type, params (string Name, JsonNode? Value)[] members) => With(new JsonObject { ["type"] = type }, members);

    private static JsonObject With(JsonObject item, params (string Name, JsonNode? Value)[] members)
    {
        var copy = item.DeepClone().AsObject();
        foreach (var (name, value) in members) { copy[name] = value; }
        return copy;
    }

    private static JsonObject SummaryPart(string text) => new() { ["type"] = "summary_text", ["text"] = text };

    private static JsonObject TextPart(string text) => new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = new JsonArray() };

    private static string Id(JsonObject item) => item["id"]!.GetValue<string>();

    private static JsonObject Tokens(Usage usage) => new()
    {
        ["input_tokens"] = usage.Input,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
        ["output_tokens"] = usage.Output,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = usage.Reasoning },
        ["total_tokens"] = usage.Input + usage.Output,
    };
}
