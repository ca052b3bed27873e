using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>A text that the model is reminded of: stored once, on the newest user message, and again only when it changed.</summary>
internal static class Reminder
{
    private const string Opening = "<reminder id=\"";

    public static string Format(string id, string text) => $"{Opening}{id}\">\n{text}\n</reminder>";

    /// <summary>The id of the reminder that the part holds; null when it holds none.</summary>
    public static string? IdOf(TextPart part)
    {
        if (!part.Text.StartsWith(Opening, StringComparison.Ordinal))
            return null;
        var end = part.Text.IndexOf('"', Opening.Length);
        return end < 0 ? null : part.Text[Opening.Length..end];
    }
}
