using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>
/// OpenAI Chat Completions. The body begins with what never changes in a window (model, settings, tools), and nothing follows the
/// messages, so that each request is the one before with something more at its end.
/// </summary>
internal sealed class ChatWire(Dialect dialect, bool streams = true) : IWire
{
    private readonly KeptBytes kept = new();
    private readonly ChatMessages messages = new(dialect);

    public string Path => "chat/completions";

    public void Prepare(HttpRequestMessage message, string? key, ModelRequest request)
    {
        if (key is not null)
            message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        message.Headers.TryAddWithoutValidation(dialect.CacheKeyHeader ?? "x-session-affinity", request.SessionId);
    }

    public IReplyReader Read(ModelRequest request) => new ChatReplyReader(dialect);

    public BodyContent Write(ModelRequest request)
    {
        var body = new BodyContent((request.Messages.Count * 2) + 8);
        body.Add(KeptBytes.OpenObject(writer => WriteHead(writer, request)));
        if (!request.Tools.IsDefaultOrEmpty)
        {
            body.Add(Pieces.Tools);
            body.Add(kept.Tools(request.Tools, request.Model, WriteTools));
            body.Add(Pieces.EndArray);
        }

        body.Add(Pieces.Messages);
        body.Add(kept.System(request.System, request.Model, messages.WriteSystem));
        var isFirst = request.System.Length == 0;
        Action<Utf8JsonWriter, MessageWithParts, Model> write = messages.Write;
        foreach (var message in request.Messages)
        {
            var bytes = kept.Message(message, request.Model, write);
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
        writer.WriteString("model", request.Model.ApiId);
        if (streams)
        {
            writer.WriteBoolean("stream", true);
            if (dialect.AskForUsage)
            {
                writer.WriteStartObject("stream_options");
                writer.WriteBoolean("include_usage", true);
                writer.WriteEndObject();
            }
        }

        if (dialect.CacheKeyField is { } field)
            writer.WriteString(field, request.SessionId);
        var settings = ModelSettings.Of(request);
        if (!settings.ContainsKey(dialect.MaxTokensField) && ModelSettings.MaxOutput(request) is { } limit)
            writer.WriteNumber(dialect.MaxTokensField, limit);
        foreach (var (name, value) in settings)
            ModelSettings.Write(writer, name, value);

        if (!request.Tools.IsDefaultOrEmpty && Choice(request.ToolChoice) is { } choice)
            writer.WriteString("tool_choice", choice);
    }

    private string? Choice(ToolChoice choice) => choice switch
    {
        ToolChoice.None => "none",
        ToolChoice.Required when dialect.RequiredToolChoice => "required",
        _ => null,
    };

    private static void WriteTools(Utf8JsonWriter writer, ImmutableArray<ToolDefinition> tools)
    {
        foreach (var tool in tools)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "function");
            writer.WriteStartObject("function");
            writer.WriteString("name", tool.Name);
            writer.WriteString("description", tool.Description);
            writer.WritePropertyName("parameters");
            tool.InputSchema.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static class Pieces
    {
        public static readonly byte[] Tools = [.. ",\"tools\":["u8];
        public static readonly byte[] EndArray = [.. "]"u8];
        public static readonly byte[] Messages = [.. ",\"messages\":["u8];
        public static readonly byte[] Comma = [.. ","u8];
        public static readonly byte[] End = [.. "]}"u8];
    }
}
