using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>Says which shell commands may have done what is in no journal and is not taken back.</summary>
internal sealed class ShellNotes(SessionStore store, EditJournalStore edits)
{
    private const int Named = 3, LongestCommand = 60;

    /// <param name="sessionId">The session.</param>
    /// <param name="from">The number of the first message that counts.</param>
    /// <param name="end">The number of the first that does not count any more.</param>
    public ImmutableArray<string> Of(string sessionId, long from, long end)
    {
        var recorded = edits.RecordedCalls(sessionId);
        var commands = Commands(sessionId, from, end).Where(command => IsNotCovered(command.Text, recorded.Contains(command.Call))).Select(command => command.Text).ToList();
        if (commands.Count == 0)
            return [];
        var shown = string.Join(", ", commands.Take(Named).Select(command => $"'{Shorten(command)}'"));
        var more = commands.Count > Named ? $" and {commands.Count - Named} more" : "";
        return [$"Shell commands may have changed more: {shown}{more}. What they did to git's history, to ignored files, elsewhere or in the background is not recorded; look with git, or at the files."];
    }

    /// <summary>Files that a recorded command changed are in the journal; what it did to the repository itself is not.</summary>
    private static bool IsNotCovered(string command, bool isRecorded)
    {
        var risk = CommandRisk.Of(command);
        return risk.Risk.Level > RiskLevel.ReadOnly
            && (!isRecorded || risk.Commands.Any(each => each.Argv is ["git", ..] && each.Risk.Level > RiskLevel.ReadOnly));
    }

    private IEnumerable<(string Text, string Call)> Commands(string sessionId, long from, long end)
    {
        foreach (var message in store.Export(sessionId).Messages.Where(message => message.Parts.Any(part => part is ToolPart { Tool: "bash" })))
        {
            if (store.FindSeq(sessionId, message.Info.Id) is not { } seq || seq < from || seq >= end)
                continue;
            foreach (var call in message.Parts.OfType<ToolPart>().Where(part => part.Tool is "bash" && Failures.MayHaveActed(part.State)))
            {
                if (call.State.Input.TryGetProperty("command", out var command) && command.GetString() is { } text)
                    yield return (text, call.CallId);
            }
        }
    }

    private static string Shorten(string command)
    {
        var line = command.ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? line : line[..LongestCommand] + "…";
    }
}
