using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;
using MiMoCode.Providers.OpenAi.Chat;

namespace MiMoCode.Providers.OpenAi.Responses;

/// <summary>Reads a reply of OpenAI Responses: items that are added, grow and are done.</summary>
internal sealed class ResponsesReplyReader : IReplyReader
{
    private readonly SortedDictionary<int, Call> calls = [];
    private ReplyEnd? end;

    public TokenUsage Usage { get; private set; } = TokenUsage.None;

    public bool IsComplete => end is not null;

    public bool IsFinished => end is not null;

    public bool ReadFrame(ReadOnlySpan<byte> frame, ReplyEvents events)
    {
        if (frame.SequenceEqual("[DONE]"u8))
            return false;
        var reader = new Utf8JsonReader(frame);
        var json = JsonElement.ParseValue(ref reader);
        switch (Word(json, "type"))
        {
            case "response.output_item.added":
                Added(Index(json), json.GetProperty("item"), events);
                return true;
            case "response.output_item.done":
                Done(Index(json), json.GetProperty("item"), events);
                return true;
            case "response.output_text.delta" or "response.refusal.delta":
                events.Text(Word(json, "delta"));
                return true;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                events.Reasoning(Word(json, "delta"));
                return true;
            case "response.reasoning_summary_part.added":
                if (json.TryGetProperty("summary_index", out var part) && part.TryGetInt32(out var number) && number > 0)
                    events.Reasoning("\n\n");
                return true;
            case "response.function_call_arguments.delta":
                Grow(Index(json), Word(json, "delta"), events);
                return true;
            case "response.completed" or "response.incomplete" or "response.failed" or "response.cancelled":
                End(json.GetProperty("response"));
                return true;
            case "error":
                Fail(json);
                return true;
            default:
                return json.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object && Fail(json);
        }
    }

    public void ReadWhole(JsonElement reply, ReplyEvents events)
    {
        if (!reply.TryGetProperty("output", out var output) || output.ValueKind is not JsonValueKind.Array)
        {
            Fail(reply);
            return;
        }

        var index = 0;
        foreach (var item in output.EnumerateArray())
        {
            foreach (var text in Texts(item, "summary"))
                events.Reasoning(text);
            foreach (var text in Texts(item, "content"))
                events.Text(text);
            Added(index, item, events);
            Done(index++, item, events);
        }

        End(reply);
    }

    public ReplyEnd End(ReplyEvents events)
    {
        events.EndPart();
        if (end is null)
            return ReplyEnd.CutOff;
        if (end.Failure is not null)
            return end;
        var told = 0;
        foreach (var call in calls.Values.Where(call => call.IsDone))
        {
            var called = ToolArguments.Call(call.Id, call.Tool, call.Arguments.ToString());
            if (end.Reason is StopReason.OutputLimit && called.Malformed is not null)
                continue;
            events.Called(called);
            told++;
        }

        return end.Reason is StopReason.Done && told > 0 ? end with { Reason = StopReason.ToolCalls } : end;
    }

    private void Added(int index, JsonElement item, ReplyEvents events)
    {
        if (Word(item, "type") is not "function_call" || calls.ContainsKey(index))
            return;
        var id = Word(item, "call_id");
        if (id.Length == 0)
            id = "call_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        else if (calls.Values.Any(other => other.Id == id))
            id = $"{id}_{index}";
        var call = new Call(id, Word(item, "name"));
        calls[index] = call;
        events.ToolStarted(call.Id, call.Tool);
    }

    private void Grow(int index, string piece, ReplyEvents events)
    {
        if (!calls.TryGetValue(index, out var call))
            return;
        call.Arguments.Append(piece);
        events.ToolInput(call.Id, piece);
    }

    private void Done(int index, JsonElement item, ReplyEvents events)
    {
        switch (Word(item, "type"))
        {
            case "reasoning":
                events.OpenReasoning();
                events.EndPart(Kept(item));
                break;
            case "message":
                events.EndPart();
                break;
            case "function_call":
                Added(index, item, events);
                var call = calls[index];
                // The finished item holds the whole; deltas were only for people to see.
                call.Arguments.Clear().Append(Word(item, "arguments"));
                call.IsDone = true;
                break;
        }
    }

    private void End(JsonElement response)
    {
        if (response.TryGetProperty("usage", out var usage))
            Usage = ChatUsage.Of(usage) ?? Usage;
        if (response.TryGetProperty("error", out var error) && error.ValueKind is JsonValueKind.Object)
        {
            Fail(response);
            return;
        }

        var why = response.TryGetProperty("incomplete_details", out var details) ? Word(details, "reason") : "";
        end = (Word(response, "status"), why) switch
        {
            (_, "max_output_tokens") => new ReplyEnd(StopReason.OutputLimit),
            (_, "content_filter") => new ReplyEnd(StopReason.Filtered, new ProviderFailure(FailureKind.Filtered, "The provider withheld the reply.")),
            ("completed" or "", _) => new ReplyEnd(StopReason.Done),
            ("failed" or "cancelled", _) => new ReplyEnd(StopReason.Failed, new ProviderFailure(FailureKind.Server, "The provider gave the reply up.")),
            _ => new ReplyEnd(StopReason.Unknown),
        };
    }

    private bool Fail(JsonElement json)
    {
        var failure = Refusals.Classify(json);
        end = new ReplyEnd(Refusals.ReasonOf(failure.Kind), failure);
        return true;
    }

    /// <summary>A thought as it goes back: without the id, since nothing is stored under it.</summary>
    private static JsonElement? Kept(JsonElement item)
    {
        if (Word(item, "encrypted_content").Length == 0)
            return null;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(ResponsesItems.Thought);
            writer.WriteString("type", "reasoning");
            if (item.TryGetProperty("summary", out var summary))
            {
                writer.WritePropertyName("summary");
                summary.WriteTo(writer);
            }

            writer.WriteString("encrypted_content", Word(item, "encrypted_content"));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        using var json = JsonDocument.Parse(buffer.WrittenMemory);
        return json.RootElement.Clone();
    }

    private static IEnumerable<string> Texts(JsonElement item, string name) =>
        item.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Select(part => Word(part, "text") is { Length: > 0 } text ? text : Word(part, "refusal"))
            : [];

    private static int Index(JsonElement json) => json.TryGetProperty("output_index", out var index) && index.TryGetInt32(out var number) ? number : 0;

    private static string Word(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()!
            : "";

    private sealed class Call(string id, string tool)
    {
        public string Id => id;

        public string Tool => tool;

        public StringBuilder Arguments { get; } = new();

        public bool IsDone { get; set; }
    }
}
