using System.Text;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Loop;

/// <summary>A conversation as plain text, for a reader who was not there: a judge, a subagent.</summary>
internal static class ConversationText
{
    private const int LongestOutput = 4_000;

    /// <summary>What was said and done, in order. What is longer than the limit loses its middle, never its beginning or its end.</summary>
    public static string Of(IEnumerable<MessageWithParts> messages, int maxCharacters)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            foreach (var part in message.Parts)
                Append(text, message.Info is UserMessage ? "user" : "agent", part);
        }

        return Shorten(text.ToString().TrimEnd(), maxCharacters);
    }

    /// <summary>Cuts the middle out of a text that is too long, and says so.</summary>
    public static string Shorten(string text, int maxCharacters)
    {
        if (text.Length <= maxCharacters)
            return text;
        var half = maxCharacters / 2;
        return $"{text[..half]}\n[… {text.Length - (2 * half)} characters are left out here …]\n{text[^half..]}";
    }

    private static void Append(StringBuilder text, string speaker, Part part)
    {
        switch (part)
        {
            case TextPart { Ignored: not true, Text.Length: > 0 } said when Reminder.IdOf(said) is null:
                text.Append('[').Append(speaker).Append("]\n").Append(said.Text).Append("\n\n");
                break;
            case FilePart file:
                text.Append('[').Append(speaker).Append("] file: ").Append(file.Filename ?? file.Mime).Append("\n\n");
                break;
            case ToolPart call:
                text.Append("[call] ").Append(call.Tool).Append(' ').Append(Shorten(call.State.Input.GetRawText(), LongestOutput)).Append('\n');
                text.Append(ResultOf(call.State)).Append("\n\n");
                break;
        }
    }

    private static string ResultOf(ToolState state) => state switch
    {
        ToolCompleted done => $"[result]\n{Shorten(done.Output, LongestOutput)}",
        ToolFailed failed => $"[error]\n{Shorten(failed.Error, LongestOutput)}",
        _ => "[still running]",
    };
}
