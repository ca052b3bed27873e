using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.Anthropic;

/// <summary>
/// Anthropic Messages. The head is marked for the cache, and so are the last two messages: the older mark is where the request
/// before this one ended, so its cache is always met.
/// </summary>
internal sealed class AnthropicWire(bool streams = true) : IWire
{
    private const int ReplyWithoutLimit = 8_192;

    private readonly KeptBytes kept = new();

    public string Path => "messages";

    public void Prepare(HttpRequestMessage message, string? key, ModelRequest request)
    {
        message.Headers.TryAddWithoutValidation("anthropic-version", "2023-06-01");
        message.Headers.TryAddWithoutValidation("anthropic-beta", "interleaved-thinking-2025-05-14");
        if (key is null)
            return;
        // Tokens of a subscription or a gateway are borne, keys have a header of their own.
        if (key.StartsWith("sk-ant-oat", StringComparison.Ordinal))
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        else
            message.Headers.TryAddWithoutValidation("x-api-key", key);
    }

    public IReplyReader Read(ModelRequest request) => new AnthropicReplyReader();

    public BodyContent Write(ModelRequest request)
    {
        var body = new BodyContent((request.Messages.Count * 2) + 16);
        body.Add(KeptBytes.OpenObject(writer => WriteHead(writer, request)));
        if (!request.Tools.IsDefaultOrEmpty)
        {
            body.Add(Pieces.Tools);
            body.Add(kept.Tools(request.Tools, request.Model, WriteTools));
            body.Add(Pieces.EndArray);
        }

        if (request.System.Length > 0)
        {
            body.Add(Pieces.System);
            body.Add(kept.System(request.System, request.Model, WriteSystem));
            body.Add(Pieces.EndArray);
        }

        body.Add(Pieces.Messages);
        AddMessages(body, request);
        body.Add(Pieces.End);
        return body;
    }

    private void AddMessages(BodyContent body, ModelRequest request)
    {
        var written = new List<ReadOnlyMemory<byte>>(request.Messages.Count);
        foreach (var message in request.Messages)
        {
            var bytes = kept.Message(message, request.Model, AnthropicMessages.Write);
            if (!bytes.IsEmpty)
                written.Add(bytes);
        }

        for (var at = 0; at < written.Count; at++)
        {
            if (at > 0)
                body.Add(Pieces.Comma);
            if (at < written.Count - 2)
                body.Add(written[at]);
            else
                AddMarked(body, written[at]);
        }
    }

    /// <summary>Every message ends with its last block, its content and itself, so the mark goes three bytes before the end.</summary>
    private static void AddMarked(BodyContent body, ReadOnlyMemory<byte> message)
    {
        body.Add(message[..^3]);
        body.Add(Pieces.Mark);
        body.Add(message[^3..]);
    }

    private void WriteHead(Utf8JsonWriter writer, ModelRequest request)
    {
        var settings = ModelSettings.Of(request);
        var thinks = settings.TryGetValue("thinking", out var thinking) && WireParts.Kept(thinking, "type")?.ToString() is "enabled" or "adaptive";
        if (thinks)
            settings.Remove("temperature");
        writer.WriteString("model", request.Model.ApiId);
        if (!settings.ContainsKey("max_tokens"))
            writer.WriteNumber("max_tokens", MaxTokens(request, thinking));
        if (streams)
            writer.WriteBoolean("stream", true);
        foreach (var (name, value) in settings)
            ModelSettings.Write(writer, name, value);
        if (!request.Tools.IsDefaultOrEmpty && request.ToolChoice is not ToolChoice.Auto)
        {
            writer.WriteStartObject("tool_choice");
            writer.WriteString("type", request.ToolChoice is ToolChoice.None ? "none" : thinks ? "auto" : "any");
            writer.WriteEndObject();
        }
    }

    /// <summary>Thinking is part of the reply here: the bound has to leave room for an answer behind it.</summary>
    private static int MaxTokens(ModelRequest request, JsonElement thinking)
    {
        var limit = ModelSettings.MaxOutput(request) ?? ReplyWithoutLimit;
        var budget = WireParts.Kept(thinking, "budget_tokens") ?? WireParts.Kept(thinking, "budgetTokens");
        return budget is { ValueKind: JsonValueKind.Number } tokens && tokens.TryGetInt32(out var count) ? Math.Max(limit, count + ReplyWithoutLimit) : limit;
    }

    private static void WriteSystem(Utf8JsonWriter writer, string text)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
        writer.WriteStartObject("cache_control");
        writer.WriteString("type", "ephemeral");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTools(Utf8JsonWriter writer, ImmutableArray<ToolDefinition> tools)
    {
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("name", tool.Name);
            writer.WriteString("description", tool.Description);
            writer.WritePropertyName("input_schema");
            tool.InputSchema.WriteTo(writer);
            writer.WriteEndObject();
        }
    }

    private static class Pieces
    {
        public static readonly byte[] Tools = [.. ",\"tools\":["u8];
        public static readonly byte[] System = [.. ",\"system\":["u8];
        public static readonly byte[] EndArray = [.. "]"u8];
        public static readonly byte[] Messages = [.. ",\"messages\":["u8];
        public static readonly byte[] Comma = [.. ","u8];
        public static readonly byte[] Mark = [.. ",\"cache_control\":{\"type\":\"ephemeral\"}"u8];
        public static readonly byte[] End = [.. "]}"u8];
    }
}
