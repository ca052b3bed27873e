using System.CommandLine;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary>The flags of the commands of <c>mimo memory</c>: whose memory, and in which form.</summary>
internal sealed class MemoryFlags
{
    private readonly Option<string?> session = new("--session", "-s") { Description = "The session whose notes, checkpoint and tasks belong to it; the last one of this folder when left out." };
    private readonly Option<string?> directory = new("--dir") { Description = "The folder of the project." };
    private readonly Option<bool> json = new("--json") { Description = "For programs." };

    public Command AddTo(Command command)
    {
        command.Options.Add(session);
        command.Options.Add(directory);
        command.Options.Add(json);
        return command;
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(json);

    /// <summary>The session that was named; null when none was.</summary>
    public string? NamedSession(ParseResult parsed) => parsed.GetValue(session);

    /// <summary>Opens the project and does something with its memory and that of a session, if there is one.</summary>
    public async Task<int> WithAsync(
        CliContext context, ParseResult parsed, Func<Workspace, string?, Task> act, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(parsed.GetValue(directory) ?? ".", context.Directory);
        if (!Directory.Exists(folder))
            throw new UserException($"There is no folder {folder}.");
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(folder), cancellationToken);
        await act(workspace, parsed.GetValue(session) ?? workspace.LastSession()?.Id);
        return ExitCodes.Done;
    }
}
