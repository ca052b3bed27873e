using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Http;

/// <summary>What of a stored message a model gets to see: the reading that all wires share.</summary>
internal static class WireParts
{
    /// <summary>The texts of a message that are meant for the model.</summary>
    public static IEnumerable<string> Texts(MessageWithParts message)
    {
        foreach (var part in message.Parts)
        {
            if (part is TextPart { Ignored: not true, Text.Length: > 0 } text)
                yield return text.Text;
        }
    }

    /// <summary>The tool calls of a reply, in order.</summary>
    public static IEnumerable<ToolPart> Calls(MessageWithParts message) => message.Parts.OfType<ToolPart>();

    /// <summary>True when the reply came from this very model, so that what it signed is valid for it.</summary>
    public static bool IsOwn(MessageWithParts message, Model model) =>
        message.Info is AssistantMessage reply && reply.ProviderId == model.ProviderId && reply.ModelId == model.Id;

    /// <summary>What the model is told about a call, whatever became of it.</summary>
    public static string Result(ToolPart call) => call.State switch
    {
        ToolCompleted { Time.Compacted: not null } => "[The output of this call was cleared to make room. Call the tool again if it is needed.]",
        ToolCompleted completed => completed.Output,
        ToolFailed failed => failed.Error,
        ToolRunning => "[The call was interrupted while it ran. What it did until then is not known: check before repeating it.]",
        _ => "[The call was not run: the turn was interrupted before it began.]",
    };

    /// <summary>True when the call did not do what it should.</summary>
    public static bool IsError(ToolPart call) => call.State is not ToolCompleted;

    /// <summary>The files that go with a result and can be shown to this model.</summary>
    public static IEnumerable<FilePart> Attachments(ToolPart call, Model model) =>
        call.State is ToolCompleted { Time.Compacted: null, Attachments: { IsDefault: false } files } ? files.Where(file => CanSee(file, model)) : [];

    /// <summary>True when the model can be shown this file as it is.</summary>
    public static bool CanSee(FilePart file, Model model) =>
        IsSendable(file) && ((IsImage(file) && model.Images) || (IsPdf(file) && model.Pdf));

    public static bool IsImage(FilePart file) => file.Mime.StartsWith("image/", StringComparison.OrdinalIgnoreCase);

    public static bool IsPdf(FilePart file) => file.Mime.Equals("application/pdf", StringComparison.OrdinalIgnoreCase);

    /// <summary>What stands in the place of a file that the model cannot be shown; null when nothing needs to.</summary>
    public static string? Stead(FilePart file, Model model)
    {
        if (CanSee(file, model) || (!IsImage(file) && !IsPdf(file)))
            return null;
        var name = file.Filename ?? "a file";
        var kind = IsImage(file) ? "images" : "PDF files";
        return IsSendable(file)
            ? $"[{name} ({file.Mime}) is attached, but {model.Name} cannot read {kind}. Say so to the user.]"
            : $"[{name} ({file.Mime}) was attached, but its content is not at hand.]";
    }

    /// <summary>The base64 of a data address; empty for any other.</summary>
    public static ReadOnlySpan<char> Base64(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        return url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && comma > 0 ? url.AsSpan(comma + 1) : default;
    }

    /// <summary>A member of what a part keeps for its provider; null when there is none.</summary>
    public static JsonElement? Kept(JsonElement? metadata, string name) =>
        metadata is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) ? value : null;

    private static bool IsSendable(FilePart file) =>
        file.Url.StartsWith("data:", StringComparison.OrdinalIgnoreCase) || file.Url.StartsWith("http", StringComparison.OrdinalIgnoreCase);
}
