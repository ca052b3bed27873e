using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Responses;

/// <summary>
/// OpenAI Responses without a memory on the server: nothing is stored there, and the model's thinking comes and goes encrypted.
/// </summary>
internal sealed class ResponsesWire(bool streams = true) : IWire
{
    // Settings that this wire keeps inside an object of its own.
    private static readonly (string Name, string Outer, string Inner)[] Nested =
    [
        ("reasoning_effort", "reasoning", "effort"),
        ("reasoning_summary", "reasoning", "summary"),
        ("verbosity", "text", "verbosity"),
    ];

    private readonly KeptBytes kept = new();

    public string Path => "responses";

    public void Prepare(HttpRequestMessage message, string? key, ModelRequest request)
    {
        if (key is not null)
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
    }

    public IReplyReader Read(ModelRequest request) => new ResponsesReplyReader();

    public BodyContent Write(ModelRequest request)
    {
        var body = new BodyContent((request.Messages.Count * 2) + 12);
        body.Add(KeptBytes.OpenObject(writer => WriteHead(writer, request)));
        if (!request.Tools.IsDefaultOrEmpty)
        {
            body.Add(Pieces.Tools);
            body.Add(kept.Tools(request.Tools, request.Model, WriteTools));
            body.Add(Pieces.EndArray);
        }

        if (request.System.Length > 0)
        {
            body.Add(Pieces.Instructions);
            body.Add(kept.System(request.System, request.Model, static (writer, text) => writer.WriteStringValue(text)));
        }

        body.Add(Pieces.Input);
        var isFirst = true;
        foreach (var message in request.Messages)
        {
            var bytes = kept.Message(message, request.Model, ResponsesItems.Write);
            if (bytes.IsEmpty)
                continue;
            if (!isFirst)
                body.Add(Pieces.Comma);
            body.Add(bytes);
            isFirst = false;
        }

        body.Add(Pieces.End);
        return body;
    }

    private void WriteHead(Utf8JsonWriter writer, ModelRequest request)
    {
        var settings = ModelSettings.Of(request);
        writer.WriteString("model", request.Model.ApiId);
        if (streams)
            writer.WriteBoolean("stream", true);
        writer.WriteBoolean("store", false);
        writer.WriteString("prompt_cache_key", request.SessionId);
        settings.Remove("prompt_cache_key");
        if (request.Model.Reasoning)
        {
            settings.TryAdd("reasoning_summary", Auto);
            writer.WriteStartArray("include");
            writer.WriteStringValue("reasoning.encrypted_content");
            writer.WriteEndArray();
        }

        settings.Remove("max_tokens");
        if (!settings.ContainsKey("max_output_tokens") && ModelSettings.MaxOutput(request) is { } limit)
            writer.WriteNumber("max_output_tokens", limit);
        WriteNested(writer, settings);
        foreach (var (name, value) in settings)
            ModelSettings.Write(writer, name, value);
        if (!request.Tools.IsDefaultOrEmpty && request.ToolChoice is not ToolChoice.Auto)
            writer.WriteString("tool_choice", request.ToolChoice is ToolChoice.None ? "none" : "required");
    }

    private static JsonElement Auto { get; } = JsonDocument.Parse("\"auto\"").RootElement;

    private static void WriteNested(Utf8JsonWriter writer, SortedDictionary<string, JsonElement> settings)
    {
        foreach (var outer in Nested.Select(nested => nested.Outer).Distinct())
        {
            var inner = Nested.Where(nested => nested.Outer == outer && settings.ContainsKey(nested.Name)).ToList();
            if (inner.Count == 0)
                continue;
            if (!settings.ContainsKey(outer))
            {
                writer.WriteStartObject(outer);
                foreach (var nested in inner)
                    ModelSettings.Write(writer, nested.Inner, settings[nested.Name]);
                writer.WriteEndObject();
            }

            inner.ForEach(nested => settings.Remove(nested.Name));
        }
    }

    private static void WriteTools(Utf8JsonWriter writer, ImmutableArray<Protocol.Messages.ToolDefinition> tools)
    {
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "function");
            writer.WriteString("name", tool.Name);
            writer.WriteString("description", tool.Description);
            writer.WritePropertyName("parameters");
            tool.InputSchema.WriteTo(writer);
            writer.WriteBoolean("strict", false);
            writer.WriteEndObject();
        }
    }

    private static class Pieces
    {
        public static readonly byte[] Tools = [.. ",\"tools\":["u8];
        public static readonly byte[] Instructions = [.. ",\"instructions\":"u8];
        public static readonly byte[] EndArray = [.. "]"u8];
        public static readonly byte[] Input = [.. ",\"input\":["u8];
        public static readonly byte[] Comma = [.. ","u8];
        public static readonly byte[] End = [.. "]}"u8];
    }
}
