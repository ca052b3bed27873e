using System.CommandLine;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo export</c>: a session as JSON that <c>mimo import</c> reads.</summary>
internal static class ExportCommand
{
    public static Command Create(CliContext context)
    {
        var id = new Argument<string?>("id") { Description = "The session; the last one of this folder when left out.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("export", "Print a session, with all that was said, as JSON.") { id };
        command.SetAction((parsed, cancellationToken) => ExportAsync(context, parsed.GetValue(id), cancellationToken));
        return command;
    }

    private static async Task<int> ExportAsync(CliContext context, string? id, CancellationToken cancellationToken)
    {
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var session = id is null
            ? workspace.LastSession() ?? throw new UserException("There is no session of this folder to export. See mimo session list.")
            : await workspace.Sessions.GetAsync(id, cancellationToken);
        await context.Out.WriteLineAsync(JsonSerializer.Serialize(workspace.Export(session.Id), ProtocolJson.Default.SessionExport));
        await context.Error.WriteLineAsync($"Exported session {session.Id}.");
        return ExitCodes.Done;
    }
}
