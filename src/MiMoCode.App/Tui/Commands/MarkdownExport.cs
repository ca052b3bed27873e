using System.Globalization;
using System.Text;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Tui.Commands;

/// <summary>A session as a Markdown file for people.</summary>
internal static class MarkdownExport
{
    public static string Of(SessionInfo session, MessagePage page)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {session.Title}\n\n{session.Id} · {session.Directory}\n");
        foreach (var message in page.Messages)
        {
            text.Append(message.Info is AssistantMessage reply ? $"\n## {reply.Agent} · {reply.ModelId}\n" : "\n## Prompt\n");
            foreach (var part in message.Parts)
                Append(text, part);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Part part)
    {
        switch (part)
        {
            case TextPart { Synthetic: not true, Text: var said }:
                text.Append('\n').Append(said.TrimEnd()).Append('\n');
                break;
            case ToolPart { State: ToolCompleted done } call:
                Fenced(text, $"{call.Tool} {done.Title}", done.Output);
                break;
            case ToolPart { State: ToolFailed failed } call:
                Fenced(text, $"{call.Tool} failed", failed.Error);
                break;
            case FilePart file:
                text.Append("\n- ").Append(file.Filename ?? file.Url).Append('\n');
                break;
        }
    }

    // A fence longer than any in the text, so that the text cannot end it.
    private static void Fenced(StringBuilder text, string title, string output)
    {
        var fence = "```";
        while (output.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        text.Append(CultureInfo.InvariantCulture, $"\n**{title}**\n\n{fence}\n{output.TrimEnd()}\n{fence}\n");
    }
}
