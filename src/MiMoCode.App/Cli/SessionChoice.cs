using System.CommandLine;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary>The flags of commands that look at a session or change what it did: by default the last one of the folder.</summary>
internal sealed class SessionChoice
{
    private readonly Option<string?> session = new("--session", "-s") { Description = "The session; the last one of this folder when left out." };
    private readonly Option<string?> directory = new("--dir") { Description = "The folder of the project." };

    public void AddTo(Command command)
    {
        command.Options.Add(session);
        command.Options.Add(directory);
    }

    /// <summary>Opens the project and does something with the session.</summary>
    public async Task<int> WithAsync(
        CliContext context, ParseResult parsed, Func<Workspace, string, Task<int>> act, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(parsed.GetValue(directory) ?? ".", context.Directory);
        await using var workspace = await Workspace.OpenAsync(context.WorkspaceIn(folder), cancellationToken);
        var id = parsed.GetValue(session) ?? workspace.LastSession()?.Id
            ?? throw new UserException("There is no session in this folder yet. Name one with -s; mimo session list shows those of the project.");
        return await act(workspace, id);
    }
}
