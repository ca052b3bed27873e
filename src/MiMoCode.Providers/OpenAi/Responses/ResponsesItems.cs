using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Responses;

/// <summary>Stored messages as the items of this wire: thinking, text, calls and their outputs one after the other.</summary>
internal static class ResponsesItems
{
    /// <summary>The name under which an encrypted thought is kept with its part.</summary>
    public const string Thought = "reasoning";

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
        if (texts.Count > 0 || files.Count > 0)
            WriteMessage(writer, "user", "input_text", texts, files);
    }

    private static void WriteReply(Utf8JsonWriter writer, MessageWithParts message, Model model)
    {
        var calls = WireParts.Calls(message).ToList();
        var hasText = WireParts.Texts(message).Any();
        if (calls.Count == 0 && !hasText)
            return;
        var isOwn = WireParts.IsOwn(message, model);
        foreach (var part in message.Parts)
        {
            if (part is ReasoningPart thought && isOwn && WireParts.Kept(thought.Metadata, Thought) is { ValueKind: JsonValueKind.Object } kept)
                kept.WriteTo(writer);
            else if (part is TextPart { Ignored: not true, Text.Length: > 0 } text)
                WriteMessage(writer, "assistant", "output_text", [text.Text], []);
            else if (part is ToolPart call)
                WriteCall(writer, call);
        }

        foreach (var call in calls)
            WriteOutput(writer, call);
        var files = calls.SelectMany(call => WireParts.Attachments(call, model)).ToList();
        if (files.Count > 0)
            WriteMessage(writer, "user", "input_text", ["[The files that go with the tool results above.]"], files);
    }

    private static void WriteMessage(Utf8JsonWriter writer, string role, string textType, List<string> texts, List<FilePart> files)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "message");
        writer.WriteString("role", role);
        writer.WriteStartArray("content");
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("type", textType);
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }

        foreach (var file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("type", WireParts.IsImage(file) ? "input_image" : "input_file");
            if (!WireParts.IsImage(file))
                writer.WriteString("filename", file.Filename ?? "document.pdf");
            writer.WriteString(WireParts.IsImage(file) ? "image_url" : "file_data", file.Url);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, ToolPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "function_call");
        writer.WriteString("call_id", call.CallId);
        writer.WriteString("name", call.Tool);
        writer.WriteString("arguments", call.State.Input.GetRawText());
        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, ToolPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "function_call_output");
        writer.WriteString("call_id", call.CallId);
        writer.WriteString("output", WireParts.Result(call));
        writer.WriteEndObject();
    }
}
