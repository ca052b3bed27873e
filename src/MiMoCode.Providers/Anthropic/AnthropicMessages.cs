using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.Anthropic;

/// <summary>Stored messages in the words of this wire: a reply's tool results follow it in one message of the user.</summary>
internal static class AnthropicMessages
{
    public static void Write(Utf8JsonWriter writer, MessageWithParts message, Model model)
    {
        if (message.Info is AssistantMessage)
            WriteReply(writer, message, model);
        else
            WritePrompt(writer, message, model);
    }

    private static void WritePrompt(Utf8JsonWriter writer, MessageWithParts message, Model model)
    {
        var texts = WireParts.Texts(message).ToList();
        var files = message.Parts.OfType<FilePart>().ToList();
        texts.AddRange(files.Select(file => WireParts.Stead(file, model)).OfType<string>());
        files.RemoveAll(file => !WireParts.CanSee(file, model));
        if (files.Count == 0 && texts.TrueForAll(string.IsNullOrWhiteSpace))
            return;
        Open(writer, "user");
        foreach (var file in files)
            WriteFile(writer, file);
        foreach (var text in texts)
            WriteText(writer, text);
        Close(writer);
    }

    private static void WriteReply(Utf8JsonWriter writer, MessageWithParts message, Model model)
    {
        var calls = WireParts.Calls(message).ToList();
        if (calls.Count == 0 && WireParts.Texts(message).All(string.IsNullOrWhiteSpace))
            return;
        var isOwn = WireParts.IsOwn(message, model);
        Open(writer, "assistant");
        foreach (var part in message.Parts)
        {
            switch (part)
            {
                case ReasoningPart thought when isOwn:
                    WriteThought(writer, thought);
                    break;
                case TextPart { Ignored: not true } text:
                    WriteText(writer, text.Text);
                    break;
                case ToolPart call:
                    WriteCall(writer, call);
                    break;
            }
        }

        Close(writer);
        if (calls.Count > 0)
            WriteResults(writer, calls, model);
    }

    /// <summary>Only what carries a signature is taken back; other thinking stays out.</summary>
    private static void WriteThought(Utf8JsonWriter writer, ReasoningPart thought)
    {
        if (WireParts.Kept(thought.Metadata, "redacted") is { ValueKind: JsonValueKind.String } redacted)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "redacted_thinking");
            writer.WriteString("data", redacted.GetString());
            writer.WriteEndObject();
        }
        else if (WireParts.Kept(thought.Metadata, "signature") is { ValueKind: JsonValueKind.String } signature)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "thinking");
            writer.WriteString("thinking", thought.Text);
            writer.WriteString("signature", signature.GetString());
            writer.WriteEndObject();
        }
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "tool_use");
        writer.WriteString("id", Id(call));
        writer.WriteString("name", call.Tool);
        writer.WritePropertyName("input");
        call.State.Input.WriteTo(writer);
        writer.WriteEndObject();
    }

    private static void WriteResults(Utf8JsonWriter writer, List<ToolPart> calls, Model model)
    {
        Open(writer, "user");
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "tool_result");
            writer.WriteString("tool_use_id", Id(call));
            if (WireParts.IsError(call))
                writer.WriteBoolean("is_error", true);
            WriteResult(writer, call, model);
            writer.WriteEndObject();
        }

        Close(writer);
    }

    private static void WriteResult(Utf8JsonWriter writer, ToolPart call, Model model)
    {
        var files = WireParts.Attachments(call, model).ToList();
        var text = WireParts.Result(call);
        if (files.Count == 0)
        {
            writer.WriteString("content", text);
            return;
        }

        writer.WriteStartArray("content");
        WriteText(writer, text);
        foreach (var file in files)
            WriteFile(writer, file);
        writer.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        // This wire refuses blocks of blanks.
        if (string.IsNullOrWhiteSpace(text))
            return;
        writer.WriteStartObject();
        writer.WriteString("type", "text");
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter writer, FilePart file)
    {
        writer.WriteStartObject();
        writer.WriteString("type", WireParts.IsImage(file) ? "image" : "document");
        writer.WriteStartObject("source");
        var data = WireParts.Base64(file.Url);
        if (data.IsEmpty)
        {
            writer.WriteString("type", "url");
            writer.WriteString("url", file.Url);
        }
        else
        {
            writer.WriteString("type", "base64");
            writer.WriteString("media_type", file.Mime);
            writer.WriteString("data", data);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Open(Utf8JsonWriter writer, string role)
    {
        writer.WriteStartObject();
        writer.WriteString("role", role);
        writer.WriteStartArray("content");
    }

    private static void Close(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Ids of other servers may hold letters that this one refuses.</summary>
    private static string Id(ToolPart call) =>
        string.Create(call.CallId.Length, call.CallId, static (letters, id) =>
        {
            for (var at = 0; at < letters.Length; at++)
                letters[at] = char.IsAsciiLetterOrDigit(id[at]) || id[at] is '-' ? id[at] : '_';
        });
}
