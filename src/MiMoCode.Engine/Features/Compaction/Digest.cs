using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>What happened in messages that go out of view unread: a line for each thing that was said or done, errors in full view.</summary>
internal static class Digest
{
    private const int LongestLine = 240;
    private const int MostLines = 120;

    public static string Of(IEnumerable<MessageWithParts> messages)
    {
        var lines = messages.SelectMany(message => message.Parts.Select(part => Line(message.Info, part))).OfType<string>().ToList();
        if (lines.Count is 0)
            return "";
        var text = new StringBuilder("# What happened since, in short\n");
        foreach (var line in lines.TakeLast(MostLines))
            text.Append("- ").Append(line).Append('\n');
        return text.ToString().TrimEnd();
    }

    private static string? Line(Message info, Part part) => part switch
    {
        TextPart { Synthetic: not true, Ignored: not true } text when text.Text.Trim().Length > 0 =>
            $"{(info is UserMessage ? "the user" : "you")}: {Short(text.Text)}",
        ToolPart { State: ToolFailed failed } call => Short($"{call.Tool} {SearchText.Flatten(failed.Input)} failed: {failed.Error}"),
        ToolPart { State: ToolCompleted done } call => Short($"{call.Tool} {Short(SearchText.Flatten(done.Input), 120)} → {done.Title}: {Beginning(done.Output)}"),
        _ => null,
    };

    private static string Beginning(string output) => output.Length <= 120 ? output : output[..120];

    private static string Short(string text, int longest = LongestLine)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= longest ? line : $"{line[..longest]}…";
    }
}
