using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.Anthropic;

/// <summary>Reads a reply of Anthropic Messages: blocks that open, grow and close.</summary>
internal sealed class AnthropicReplyReader : IReplyReader
{
    private readonly SortedDictionary<int, Block> blocks = [];
    private string? stopReason;
    private ProviderFailure? failure;
    private bool sawStop;

    public TokenUsage Usage { get; private set; } = TokenUsage.None;

    public bool IsComplete => sawStop || failure is not null;

    public bool IsFinished => stopReason is not null;

    public bool ReadFrame(ReadOnlySpan<byte> frame, ReplyEvents events)
    {
        var reader = new Utf8JsonReader(frame);
        var json = JsonElement.ParseValue(ref reader);
        switch (Word(json, "type"))
        {
            case "message_start":
                Count(json.GetProperty("message"));
                return true;
            case "content_block_start":
                Start(Index(json), json.GetProperty("content_block"), events);
                return true;
            case "content_block_delta":
                Grow(Index(json), json.GetProperty("delta"), events);
                return true;
            case "content_block_stop":
                Stop(Index(json), events);
                return true;
            case "message_delta":
                End(json);
                return true;
            case "message_stop":
                sawStop = true;
                return true;
            case "error":
                failure = Refusals.Classify(json);
                return true;
            default:
                return false;
        }
    }

    public void ReadWhole(JsonElement reply, ReplyEvents events)
    {
        if (Word(reply, "type") is "error" || !reply.TryGetProperty("content", out var content))
        {
            failure = Refusals.Classify(reply);
            return;
        }

        var index = 0;
        foreach (var block in content.EnumerateArray())
        {
            Start(index, block, events);
            if (block.TryGetProperty("input", out var input) && blocks.TryGetValue(index, out var call))
                call.Input.Append(input.GetRawText());
            if (Word(block, "signature") is { Length: > 0 } signature && blocks.TryGetValue(index, out var thought))
                thought.Signature = signature;
            Stop(index++, events);
        }

        stopReason = Word(reply, "stop_reason");
        Count(reply);
        sawStop = true;
    }

    public ReplyEnd End(ReplyEvents events)
    {
        events.EndPart();
        if (failure is not null)
            return new ReplyEnd(Refusals.ReasonOf(failure.Kind), failure);
        if (stopReason is null)
            return ReplyEnd.CutOff;
        foreach (var call in blocks.Values.Where(block => block.Tool is not null))
        {
            var told = ToolArguments.Call(call.Id, call.Tool!, call.Input.ToString());
            // What the limit cut off is not a call; neither is a block that never closed.
            if (call.IsClosed && (told.Malformed is null || stopReason is not "max_tokens"))
                events.Called(told);
        }

        return stopReason switch
        {
            "end_turn" or "stop_sequence" or "pause_turn" => new ReplyEnd(StopReason.Done),
            "tool_use" => new ReplyEnd(StopReason.ToolCalls),
            "max_tokens" => new ReplyEnd(StopReason.OutputLimit),
            "refusal" => new ReplyEnd(StopReason.Filtered, new ProviderFailure(FailureKind.Filtered, "The provider withheld the reply.")),
            "model_context_window_exceeded" => new ReplyEnd(StopReason.ContextFull),
            _ => new ReplyEnd(StopReason.Unknown),
        };
    }

    private void Start(int index, JsonElement block, ReplyEvents events)
    {
        switch (Word(block, "type"))
        {
            case "text":
                events.Text(Word(block, "text"));
                break;
            case "thinking":
                blocks[index] = new Block { Kind = BlockKind.Thinking, Signature = Word(block, "signature") };
                events.OpenReasoning();
                events.Reasoning(Word(block, "thinking"));
                break;
            case "redacted_thinking":
                blocks[index] = new Block { Kind = BlockKind.Redacted, Signature = Word(block, "data") };
                events.OpenReasoning();
                break;
            case "tool_use":
                var call = new Block { Kind = BlockKind.Call, Id = NewId(Word(block, "id")), Tool = Word(block, "name") };
                blocks[index] = call;
                events.ToolStarted(call.Id, call.Tool);
                break;
        }
    }

    private void Grow(int index, JsonElement delta, ReplyEvents events)
    {
        var block = blocks.GetValueOrDefault(index);
        switch (Word(delta, "type"))
        {
            case "text_delta":
                events.Text(Word(delta, "text"));
                break;
            case "thinking_delta":
                events.Reasoning(Word(delta, "thinking"));
                break;
            case "signature_delta" when block is not null:
                block.Signature += Word(delta, "signature");
                break;
            case "input_json_delta" when block is not null:
                var piece = Word(delta, "partial_json");
                block.Input.Append(piece);
                events.ToolInput(block.Id, piece);
                break;
        }
    }

    private void Stop(int index, ReplyEvents events)
    {
        if (!blocks.TryGetValue(index, out var block))
        {
            events.EndPart();
            return;
        }

        block.IsClosed = true;
        if (block.Kind is BlockKind.Thinking)
            events.EndPart(block.Signature.Length > 0 ? Metadata("signature", block.Signature) : null);
        else if (block.Kind is BlockKind.Redacted)
            events.EndPart(Metadata("redacted", block.Signature));
    }

    private void End(JsonElement json)
    {
        if (json.TryGetProperty("delta", out var delta) && Word(delta, "stop_reason") is { Length: > 0 } reason)
            stopReason = reason;
        Count(json);
    }

    /// <summary>Counts come twice: the input at the beginning, the output at the end; some servers send everything at the end.</summary>
    private void Count(JsonElement json)
    {
        if (!json.TryGetProperty("usage", out var usage) || usage.ValueKind is not JsonValueKind.Object)
            return;
        Usage = new TokenUsage(
            Number(usage, "input_tokens", Usage.Input),
            Number(usage, "output_tokens", Usage.Output),
            0,
            new CacheTokens(Number(usage, "cache_read_input_tokens", Usage.Cache.Read), Number(usage, "cache_creation_input_tokens", Usage.Cache.Write)));
    }

    private static long Number(JsonElement json, string name, long before) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out var number) && number > 0
            ? number
            : before;

    private string NewId(string id)
    {
        if (id.Length == 0)
            return "toolu_" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        return blocks.Values.Any(block => block.Id == id) ? $"{id}_{blocks.Count}" : id;
    }

    private static JsonElement Metadata(string name, string value)
    {
        using var json = JsonDocument.Parse(new JsonObject { [name] = value }.ToJsonString());
        return json.RootElement.Clone();
    }

    private static int Index(JsonElement json) => json.TryGetProperty("index", out var index) && index.TryGetInt32(out var number) ? number : 0;

    private static string Word(JsonElement json, string name) =>
        json.ValueKind is JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()!
            : "";

    private enum BlockKind
    {
        Thinking,
        Redacted,
        Call,
    }

    private sealed class Block
    {
        public BlockKind Kind { get; init; }

        public string Id { get; init; } = "";

        public string? Tool { get; init; }

        public StringBuilder Input { get; } = new();

        public string Signature { get; set; } = "";

        public bool IsClosed { get; set; }
    }
}
