using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers.Http;

namespace MiMoCode.Providers.OpenAi.Chat;

/// <summary>Stored messages in the words of the chat wire: a reply with tool calls is followed by one message for each result.</summary>
internal sealed class ChatMessages(Dialect dialect)
{
    public void WriteSystem(Utf8JsonWriter writer, string text)
    {
        if (text.Length == 0)
            return;
        writer.WriteStartObject();
        writer.WriteString("role", dialect.SystemRole);
        writer.WriteString("content", text);
        writer.WriteEndObject();
    }

    public void Write(Utf8JsonWriter writer, MessageWithParts message, Model model)
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
        if (texts.Count == 0 && files.Count == 0)
            return;
        writer.WriteStartObject();
        writer.WriteString("role", "user");
        WriteContent(writer, texts, files);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, List<string> texts, List<FilePart> files)
    {
        if (files.Count == 0 && texts.Count == 1)
        {
            writer.WriteString("content", texts[0]);
            return;
        }

        writer.WriteStartArray("content");
        foreach (var text in texts)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "text");
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }

        foreach (var file in files)
            WriteFile(writer, file);
        writer.WriteEndArray();
    }

    private static void WriteFile(Utf8JsonWriter writer, FilePart file)
    {
        writer.WriteStartObject();
        if (WireParts.IsImage(file))
        {
            writer.WriteString("type", "image_url");
            writer.WriteStartObject("image_url");
            writer.WriteString("url", file.Url);
        }
        else
        {
            writer.WriteString("type", "file");
            writer.WriteStartObject("file");
            writer.WriteString("filename", file.Filename ?? "document.pdf");
            writer.WriteString("file_data", file.Url);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteReply(Utf8JsonWriter writer, MessageWithParts message, Model model)
    {
        var text = string.Join("\n\n", WireParts.Texts(message));
        var calls = WireParts.Calls(message).ToList();
        if (text.Length == 0 && calls.Count == 0)
            return;
        writer.WriteStartObject();
        writer.WriteString("role", "assistant");
        if (text.Length > 0 || calls.Count == 0)
            writer.WriteString("content", text);
        else
            writer.WriteNull("content");
        WriteThinking(writer, message, model, calls.Count > 0);
        if (calls.Count > 0)
            WriteCalls(writer, calls, WireParts.IsOwn(message, model));
        writer.WriteEndObject();
        foreach (var call in calls)
            WriteResult(writer, call);
        WriteAttachments(writer, calls, model);
    }

    private void WriteThinking(Utf8JsonWriter writer, MessageWithParts message, Model model, bool hasCalls)
    {
        if ((model.ReasoningField ?? dialect.ReasoningField) is not { } field)
            return;
        var thoughts = WireParts.IsOwn(message, model) ? message.Parts.OfType<ReasoningPart>().ToList() : [];
        if (field == ReasoningDetails.Field)
        {
            WriteDetails(writer, thoughts);
            return;
        }

        var text = string.Concat(thoughts.Select(thought => thought.Text));
        // A server that insists on thinking takes a blank for the thoughts that another model had.
        if (text.Length == 0 && hasCalls && dialect.ReasoningRequired && model.Reasoning)
            text = " ";
        if (text.Length > 0)
            writer.WriteString(field, text);
    }

    private static void WriteDetails(Utf8JsonWriter writer, List<ReasoningPart> thoughts)
    {
        var kept = thoughts.Select(thought => WireParts.Kept(thought.Metadata, ReasoningDetails.Field)).OfType<JsonElement>()
            .Where(details => details.ValueKind is JsonValueKind.Array).ToList();
        if (kept.Count == 0)
            return;
        writer.WriteStartArray(ReasoningDetails.Field);
        foreach (var detail in kept.SelectMany(details => details.EnumerateArray()))
            detail.WriteTo(writer);
        writer.WriteEndArray();
    }

    private void WriteCalls(Utf8JsonWriter writer, List<ToolPart> calls, bool isOwn)
    {
        writer.WriteStartArray("tool_calls");
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteString("id", Id(call));
            writer.WriteString("type", "function");
            writer.WriteStartObject("function");
            writer.WriteString("name", call.Tool);
            writer.WriteString("arguments", call.State.Input.GetRawText());
            writer.WriteEndObject();
            if (isOwn && WireParts.Kept(call.Metadata, "extra_content") is { } extra)
            {
                writer.WritePropertyName("extra_content");
                extra.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteResult(Utf8JsonWriter writer, ToolPart call)
    {
        writer.WriteStartObject();
        writer.WriteString("role", "tool");
        writer.WriteString("tool_call_id", Id(call));
        writer.WriteString("content", WireParts.Result(call));
        writer.WriteEndObject();
    }

    /// <summary>A result is text on this wire; images of all results follow in one message behind them.</summary>
    private static void WriteAttachments(Utf8JsonWriter writer, List<ToolPart> calls, Model model)
    {
        var files = calls.SelectMany(call => WireParts.Attachments(call, model)).ToList();
        if (files.Count == 0)
            return;
        writer.WriteStartObject();
        writer.WriteString("role", "user");
        WriteContent(writer, ["[The files that go with the tool results above.]"], files);
        writer.WriteEndObject();
    }

    private string Id(ToolPart call) =>
        dialect.ShortCallIds ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.CallId)))[..9] : call.CallId;
}
