using System.CommandLine;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo import</c>: an exported session becomes one of this project, under its own ids.</summary>
internal static class ImportCommand
{
    public static Command Create(CliContext context)
    {
        var file = new Argument<string>("file") { Description = "What mimo export printed." };
        var command = new Command("import", "Store an exported session under its own ids.") { file };
        command.SetAction((parsed, cancellationToken) => ImportAsync(context, parsed.GetValue(file)!, cancellationToken));
        return command;
    }

    private static async Task<int> ImportAsync(CliContext context, string file, CancellationToken cancellationToken)
    {
        var export = await ReadAsync(Path.GetFullPath(file, context.Directory), cancellationToken);
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(context.Directory), cancellationToken);
        var session = await workspace.Sessions.ImportAsync(export, cancellationToken);
        await context.Out.WriteLineAsync(session.Id);
        await context.Error.WriteLineAsync($"Imported session {session.Id}: {export.Messages.Length} messages.");
        return ExitCodes.Done;
    }

    private static async Task<SessionExport> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = File.OpenRead(path);
            return await JsonSerializer.DeserializeAsync(stream, ProtocolJson.Default.SessionExport, cancellationToken)
                ?? throw new UserException($"{path} holds no session.");
        }
        catch (JsonException broken)
        {
            throw new UserException($"{path} is not an exported session: {broken.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"Cannot read {path}: {failure.Message}");
        }
    }
}
