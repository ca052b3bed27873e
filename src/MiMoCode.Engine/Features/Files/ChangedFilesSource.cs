using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools.Files;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Files;

/// <summary>Reminds the agent of files that it has read and that have changed since, by whomever.</summary>
internal sealed class ChangedFilesSource(ReadLedger ledger, Func<string, string> show) : IContextSource
{
    private const int MostNamed = 20, TokenCap = 800;

    public Place Place => Place.Reminder;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        // It can only be said with a new message, and is looked up when it can be said.
        if (session.History is [.., { Info: UserMessage }] && ledger.ChangedByOthers(session) is { Count: > 0 } changed)
        {
            var named = string.Join('\n', changed.Take(MostNamed).Select(path => $"- {show(path)}{(File.Exists(path) ? "" : " (gone)")}"));
            var more = changed.Count > MostNamed ? $"\nand {changed.Count - MostNamed} more" : "";
            request.Add("changed-files", $"Changed since you last read them, by a person or by a command; read them again before you rely on them:\n{named}{more}", TokenCap);
        }

        return ValueTask.CompletedTask;
    }
}
