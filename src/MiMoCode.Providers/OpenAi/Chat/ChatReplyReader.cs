using System.Buffers;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>Reads a reply of the chat wire, tolerant of what its many servers make of it.</summary>
internal sealed class ChatReplyReader(Dialect dialect) : IReplyReader
{
    private readonly ToolCallAssembly calls = new();
    private readonly ThinkTags? thinkTags = dialect.ThinkTags ? new ThinkTags() : null;
    private readonly ReasoningDetails details = new();
    private string? finish;
    private ProviderFailure? failure;
    private bool sawDone;
    private bool meant;
    private bool thoughtInFrame;
    private bool isWhole;

    public TokenUsage Usage { get; private set; } = TokenUsage.None;

    public bool IsComplete => sawDone || failure is not null;

    public bool IsFinished => finish is not null;

    public bool ReadFrame(ReadOnlySpan<byte> frame, ReplyEvents events)
    {
        frame = frame.Trim(" \t"u8);
        if (frame.SequenceEqual("[DONE]"u8))
        {
            sawDone = true;
            return true;
        }

        if (frame.IsEmpty)
            return false;
        (meant, thoughtInFrame) = (false, false);
        var json = new Utf8JsonReader(frame);
        json.Read();
        if (json.TokenType is not JsonTokenType.StartObject)
            throw new JsonException("A frame is not a JSON object.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            ReadMember(ref json, events);
        return meant;
    }

    public void ReadWhole(JsonElement reply, ReplyEvents events)
    {
        ThoughtFirst(reply, events);
        // Otherwise a whole reply is a frame that says "message" where a fragment says "delta".
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            reply.WriteTo(writer);
        ReadFrame(buffer.WrittenSpan, events);
        sawDone = true;
    }

    /// <summary>In one piece, the thinking may stand behind the answer that came of it.</summary>
    private void ThoughtFirst(JsonElement reply, ReplyEvents events)
    {
        isWhole = true;
        if (!reply.TryGetProperty("choices", out var choices) || choices.ValueKind is not JsonValueKind.Array || choices.GetArrayLength() == 0
            || !choices[0].TryGetProperty("message", out var message) || message.ValueKind is not JsonValueKind.Object)
            return;
        foreach (var field in (ReadOnlySpan<string>)["reasoning_content", "reasoning", "reasoning_text"])
        {
            if (message.TryGetProperty(field, out var thought) && thought.ValueKind is JsonValueKind.String && thought.GetString() is { Length: > 0 } text)
            {
                events.Reasoning(text);
                return;
            }
        }
    }

    public ReplyEnd End(ReplyEvents events)
    {
        thinkTags?.End(events);
        events.EndPart(events.ReasoningIsOpen ? details.Metadata : null);
        if (failure is not null)
            return new ReplyEnd(Refusals.ReasonOf(failure.Kind), failure);
        if (finish is null && !sawDone)
            return ReplyEnd.CutOff;
        var reason = finish is null ? StopReason.Done : FinishReasons.Of(finish);
        if (reason is StopReason.Failed)
            return new ReplyEnd(reason, new ProviderFailure(FailureKind.Server, $"The provider ended the reply with '{finish}'."));
        if (reason is StopReason.Filtered)
            return new ReplyEnd(reason, new ProviderFailure(FailureKind.Filtered, "The provider withheld the reply."));
        if (calls.IsEmpty)
            return new ReplyEnd(reason is StopReason.ToolCalls ? StopReason.Done : reason);
        calls.Tell(events, wasCut: reason is StopReason.OutputLimit or StopReason.ContextFull);
        return new ReplyEnd(reason is StopReason.Done or StopReason.Unknown ? StopReason.ToolCalls : reason);
    }

    private void ReadMember(ref Utf8JsonReader json, ReplyEvents events)
    {
        if (json.ValueTextEquals("choices"u8))
        {
            json.Read();
            ReadChoices(ref json, events);
        }
        else if (json.ValueTextEquals("usage"u8) || json.ValueTextEquals("x_groq"u8) || json.ValueTextEquals("timings"u8))
        {
            var isTimings = json.ValueTextEquals("timings"u8);
            json.Read();
            Count(JsonElement.ParseValue(ref json), isTimings);
        }
        else if (json.ValueTextEquals("error"u8))
        {
            json.Read();
            if (json.TokenType is JsonTokenType.Null)
                return;
            failure = Refusals.Classify(JsonElement.ParseValue(ref json));
            meant = true;
        }
        else
        {
            json.Read();
            json.Skip();
        }
    }

    private void Count(JsonElement counted, bool isTimings)
    {
        if (isTimings && Usage != TokenUsage.None)
            return;
        Usage = (isTimings ? ChatUsage.OfTimings(counted) : ChatUsage.Of(counted)) ?? Usage;
    }

    private void ReadChoices(ref Utf8JsonReader json, ReplyEvents events)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            json.Skip();
            return;
        }

        while (json.Read() && json.TokenType is JsonTokenType.StartObject)
        {
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
                ReadChoiceMember(ref json, events);
        }
    }

    private void ReadChoiceMember(ref Utf8JsonReader json, ReplyEvents events)
    {
        if (json.ValueTextEquals("delta"u8) || json.ValueTextEquals("message"u8))
        {
            json.Read();
            if (json.TokenType is not JsonTokenType.StartObject)
                json.Skip();
            else
                ReadDelta(ref json, events);
        }
        else if (json.ValueTextEquals("finish_reason"u8))
        {
            json.Read();
            if (JsonText.Read(ref json) is { Length: > 0 } reason)
                (finish, meant) = (reason, true);
        }
        else if (json.ValueTextEquals("usage"u8))
        {
            json.Read();
            Count(JsonElement.ParseValue(ref json), isTimings: false);
        }
        else
        {
            json.Read();
            json.Skip();
        }
    }

    private void ReadDelta(ref Utf8JsonReader json, ReplyEvents events)
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            ReadDeltaMember(ref json, events);
    }

    private void ReadDeltaMember(ref Utf8JsonReader json, ReplyEvents events)
    {
        if (json.ValueTextEquals("content"u8) || json.ValueTextEquals("refusal"u8))
        {
            json.Read();
            ReadContent(ref json, events);
        }
        else if (json.ValueTextEquals("reasoning_content"u8) || json.ValueTextEquals("reasoning"u8) || json.ValueTextEquals("reasoning_text"u8))
        {
            json.Read();
            ReadReasoning(ref json, events);
        }
        else if (json.ValueTextEquals("reasoning_details"u8))
        {
            json.Read();
            details.Add(JsonElement.ParseValue(ref json));
        }
        else if (json.ValueTextEquals("tool_calls"u8))
        {
            json.Read();
            ReadCalls(JsonElement.ParseValue(ref json), events);
        }
        else
        {
            json.Read();
            json.Skip();
        }
    }

    private void ReadContent(ref Utf8JsonReader json, ReplyEvents events)
    {
        if (json.TokenType is JsonTokenType.StartArray)
        {
            ContentChunks(JsonElement.ParseValue(ref json), events);
            return;
        }

        if (json.TokenType is not JsonTokenType.String)
        {
            json.Skip();
            return;
        }

        var chars = JsonText.Rent(ref json, out var length);
        Text(chars.AsSpan(0, length), events);
        ArrayPool<char>.Shared.Return(chars);
    }

    private void ReadReasoning(ref Utf8JsonReader json, ReplyEvents events)
    {
        // Some servers spell the same thought in two fields of one fragment.
        if (json.TokenType is not JsonTokenType.String || thoughtInFrame || isWhole)
        {
            json.Skip();
            return;
        }

        var chars = JsonText.Rent(ref json, out var length);
        events.Reasoning(chars.AsSpan(0, length));
        thoughtInFrame = length > 0;
        meant |= thoughtInFrame;
        ArrayPool<char>.Shared.Return(chars);
    }

    private void Text(ReadOnlySpan<char> text, ReplyEvents events)
    {
        if (text.IsEmpty)
            return;
        meant = true;
        if (events.ReasoningIsOpen && thinkTags is not { IsThinking: true })
            events.EndPart(details.Metadata);
        if (thinkTags is null)
            events.Text(text);
        else
            thinkTags.Feed(text, events);
    }

    private void ContentChunks(JsonElement chunks, ReplyEvents events)
    {
        foreach (var chunk in chunks.EnumerateArray())
        {
            if (chunk.ValueKind is not JsonValueKind.Object)
                continue;
            if (chunk.TryGetProperty("text", out var text))
                Text(text.ToString(), events);
            else if (chunk.TryGetProperty("thinking", out var thinking))
                Thought(thinking, events);
        }
    }

    private void Thought(JsonElement thinking, ReplyEvents events)
    {
        if (thinking.ValueKind is JsonValueKind.String)
            events.Reasoning(thinking.GetString());
        else if (thinking.ValueKind is JsonValueKind.Array)
        {
            foreach (var piece in thinking.EnumerateArray())
                events.Reasoning(piece.TryGetProperty("text", out var text) ? text.ToString() : "");
        }

        meant = true;
    }

    private void ReadCalls(JsonElement fragments, ReplyEvents events)
    {
        if (fragments.ValueKind is not JsonValueKind.Array || fragments.GetArrayLength() == 0)
            return;
        meant = true;
        thinkTags?.End(events);
        if (events.ReasoningIsOpen)
            events.EndPart(details.Metadata);
        foreach (var fragment in fragments.EnumerateArray())
            calls.Add(fragment, events);
    }
}
