using System.CommandLine;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Prompting;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Engine;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.App.Tui;

/// <summary><c>mimo [project]</c>: the interface in a terminal, and its flags on the root of the command line.</summary>
internal sealed class TuiCommand
{
    private readonly Argument<string?> project = new("project") { Description = "The folder to work in.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> last = new("--continue", "-c") { Description = "Go on with the last session of this folder." };
    private readonly Option<string?> session = new("--session", "-s") { Description = "Go on with this session." };
    private readonly Option<bool> fork = new("--fork") { Description = "Go on in a copy of the session; needs -c or -s." };
    private readonly Option<string?> prompt = new("--prompt") { Description = "A prompt that is sent at once." };
    private readonly Option<string?> model = new("--model", "-m") { Description = "The model, as provider/model." };
    private readonly Option<string?> agent = new("--agent") { Description = "The agent that answers." };

    /// <summary>Adds the interface to the root: it is what runs when no command is named.</summary>
    /// <param name="root">The root of the command line.</param>
    /// <param name="workspaceIn">What a workspace in a folder is opened with.</param>
    /// <param name="error">For what goes wrong before the screen is ours, and for the words of farewell.</param>
    public static void AddTo(RootCommand root, Func<string, WorkspaceOptions> workspaceIn, TextWriter error)
    {
        var command = new TuiCommand();
        root.Add(command.project);
        foreach (var option in (Option[])[command.last, command.session, command.fork, command.prompt, command.model, command.agent])
            root.Add(option);
        root.SetAction((parsed, cancellationToken) => command.RunAsync(parsed, workspaceIn, error, cancellationToken));
    }

    private async Task<int> RunAsync(ParseResult parsed, Func<string, WorkspaceOptions> workspaceIn, TextWriter error, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(parsed.GetValue(project) ?? ".");
        if (!Directory.Exists(folder))
            throw new UserException($"There is no folder {folder}, nor a command of that name. See mimo --help.");
        if (parsed.GetValue(fork) && parsed.GetValue(session) is null && !parsed.GetValue(last))
            throw new UserException("--fork copies a session: say which with -c or -s.");
        var options = workspaceIn(folder) with { AskPolicy = AskPolicy.Wait, Report = (_, _) => { } };
        var traits = TerminalTraits.From(name => options.Environment[name]);
        if (OperatingSystem.IsWindows() || UnixTerminal.TryOpen() is not { } terminal)
            throw new UserException("This is not a terminal. For one prompt without a screen: mimo run \"what is to be done\".");
        using var device = terminal;
        if (!traits.Usable)
            throw new UserException("This terminal (TERM) cannot place its cursor. For one prompt without a screen: mimo run \"what is to be done\".");

        await using var workspace = await Workspace.OpenAsync(options, cancellationToken);
        var wanted = new TuiOptions
        {
            SessionId = parsed.GetValue(session) ?? (parsed.GetValue(last) ? workspace.LastSession()?.Id : null),
            Fork = parsed.GetValue(fork),
            Prompt = parsed.GetValue(prompt),
            Model = parsed.GetValue(model) is { } name ? ModelOf(name) : null,
            Agent = parsed.GetValue(agent),
            Version = options.Version,
        };
        if (wanted.SessionId is { } id)
            await workspace.Sessions.GetAsync(id, cancellationToken);
        await using var program = new TuiProgram(workspace, terminal, traits, Around(options), wanted);
        var code = await program.RunAsync(cancellationToken);
        if (program.LastSession is var (lastId, title) && code == 0)
            await error.WriteLineAsync($"\n  Session   {Visible(title)}\n  Continue  mimo -s {lastId}\n");
        return code;
    }

    private static TuiSurroundings Around(WorkspaceOptions options)
    {
        var (environment, folders, directory) = (options.Environment, options.Folders, options.Directory);
        var themes = new Themes(Path.Combine(directory, ".mimocode", "themes"), Path.Combine(folders.Config, "themes"));
        return new TuiSurroundings(
            TuiSettingsFiles.Read(environment, folders, directory), themes, Path.Combine(folders.State, "prompt-history.jsonl"), options.Clock)
        {
            Editor = ExternalEditor.Of(environment, directory, options.Clock) is { } editor ? editor.EditAsync : null,
        };
    }

    private static ModelRef ModelOf(string name) =>
        ModelRef.Parse(name) ?? throw new UserException($"'{name}' is not a model: write provider/model. See mimo models.");

    private static string Visible(string title) => string.Concat(title.Where(letter => !char.IsControl(letter)));
}
