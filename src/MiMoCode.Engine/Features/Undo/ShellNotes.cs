using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Undo;

/// <summary>Says which shell commands may have changed files too: what they did is in no journal and is not taken back.</summary>
internal sealed class ShellNotes(SessionStore store)
{
    private const int Named = 3, LongestCommand = 60;

    /// <param name="sessionId">The session.</param>
    /// <param name="from">The number of the first message that counts.</param>
    /// <param name="end">The number of the first that does not count any more.</param>
    public ImmutableArray<string> Of(string sessionId, long from, long end)
    {
        var commands = Commands(sessionId, from, end).Where(command => CommandRisk.Of(command).Risk.Level > RiskLevel.ReadOnly).ToList();
        if (commands.Count == 0)
            return [];
        var shown = string.Join(", ", commands.Take(Named).Select(command => $"'{Shorten(command)}'"));
        var more = commands.Count > Named ? $" and {commands.Count - Named} more" : "";
        return [$"Shell commands may have changed files too: {shown}{more}. Only the agent's own edits are recorded; look with git, or at the files."];
    }

    private IEnumerable<string> Commands(string sessionId, long from, long end)
    {
        foreach (var message in store.Export(sessionId).Messages.Where(message => message.Parts.Any(part => part is ToolPart { Tool: "bash" })))
        {
            if (store.FindSeq(sessionId, message.Info.Id) is not { } seq || seq < from || seq >= end)
                continue;
            foreach (var call in message.Parts.OfType<ToolPart>().Where(part => part.Tool is "bash" && part.State is ToolCompleted))
            {
                if (call.State.Input.TryGetProperty("command", out var command) && command.GetString() is { } text)
                    yield return text;
            }
        }
    }

    private static string Shorten(string command)
    {
        var line = command.ReplaceLineEndings(" ");
        return line.Length <= LongestCommand ? line : line[..LongestCommand] + "…";
    }
}
