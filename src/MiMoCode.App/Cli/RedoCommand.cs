using System.CommandLine;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo redo</c>: brings back what undo took.</summary>
internal static class RedoCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("redo", "Bring back what undo took, as long as no prompt came since.");
        var choice = new SessionChoice();
        choice.AddTo(command);
        command.SetAction((parsed, cancellationToken) => choice.WithAsync(context, parsed, async (workspace, session) =>
        {
            var result = await workspace.Changes.UnrevertAsync(session, cancellationToken);
            return await RevertReport.WriteAsync(context, result, preview: false, RevertScope.Both);
        }, cancellationToken));
        return command;
    }
}
