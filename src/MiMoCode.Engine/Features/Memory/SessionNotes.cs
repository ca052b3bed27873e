using System.Text.RegularExpressions;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Memory;

/// <summary>What a session noted, with regard to the messages in which it did.</summary>
internal static class SessionNotes
{
    private const string Tool = "memory";

    /// <summary>The notes without those that were made in these messages. Lines that somebody changed since are left.</summary>
    public static string Without(string notes, IEnumerable<MessageWithParts> messages)
    {
        foreach (var call in messages.SelectMany(message => message.Parts).OfType<ToolPart>())
        {
            if (call is not { Tool: Tool, State: ToolCompleted } || !call.State.Input.TryGetProperty("text", out var text) || text.GetString() is not { Length: > 0 } said)
                continue;
            var written = new Regex($@"^- \d{{4}}-\d\d-\d\d \d\d:\d\d {Regex.Escape(said.ReplaceLineEndings("\n  "))}\n", RegexOptions.Multiline | RegexOptions.RightToLeft | RegexOptions.CultureInvariant);
            notes = written.Replace(notes, "", 1);
        }

        return notes;
    }
}
