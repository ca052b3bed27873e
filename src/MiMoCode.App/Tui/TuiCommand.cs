using System.CommandLine;
using System.Globalization;
using System.Runtime.Versioning;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Prompting;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Engine;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.App.Tui;

/// <summary><c>mimo [project]</c>: the interface in a terminal.</summary>
internal sealed class TuiCommand(TuiEntry entry)
{
    /// <summary>Adds the interface to the root of the command line: it is what runs when no command is named.</summary>
    public static void AddTo(RootCommand root, TuiEntry entry)
    {
        var (flags, command) = (new TuiFlags(), new TuiCommand(entry));
        flags.AddTo(root);
        root.SetAction((parsed, cancellationToken) => command.RunAsync(flags.Read(parsed), cancellationToken));
    }

    private async Task<int> RunAsync(TuiFlags.Given given, CancellationToken cancellationToken)
    {
        var options = entry.WorkspaceIn(given.Folder) with { AskPolicy = given.SkipPermissions ? AskPolicy.AllowOrWait : AskPolicy.Wait, Report = (_, _) => { } };
        var traits = TerminalTraits.From(name => options.Environment[name]);
        if (OperatingSystem.IsWindows() || UnixTerminal.TryOpen() is not { } terminal)
            throw new UserException("This is not a terminal. For one prompt without a screen: mimo run \"what is to be done\".");
        using var device = terminal;
        if (!traits.Usable)
            throw new UserException("This terminal (TERM) cannot place its cursor. For one prompt without a screen: mimo run \"what is to be done\".");

        var piped = await entry.ReadPipedAsync(cancellationToken);
        if (piped is null && !await MayStartAsync(given, options, cancellationToken))
            return 0;
        var wanted = new TuiOptions
        {
            GoesOn = given.Last || given.SessionId is not null,
            Fork = given.Fork,
            Prompt = string.Join('\n', ((string?[])[piped?.TrimEnd('\n'), given.Prompt]).Where(text => text is { Length: > 0 })),
            Model = given.Model,
            Agent = given.Agent,
            Version = options.Version,
            AsksNothing = given.SkipPermissions,
        };
        if (given.Listen is not { } listen)
            return await ShowHereAsync(given, terminal, traits, options, wanted, cancellationToken);
        var served = await entry.ServeAsync(options, listen.Host, listen.Port, cancellationToken);
        await using var owner = served.Owner;
        await entry.Error.WriteLineAsync($"mimo: {served.Words}");
        return await ShowAsync(
            stop => FirstAsync(served.Workspace, given, stop), terminal, traits, options, wanted with { Notice = served.Words }, "mimo", cancellationToken);
    }

    /// <summary>The interface here, the work on a server.</summary>
    public async Task<int> AttachAsync(RemoteTarget target, TuiOptions wanted, string? sessionId, bool last, CancellationToken cancellationToken)
    {
        var options = entry.WorkspaceIn(Path.GetFullPath("."));
        var traits = TerminalTraits.From(name => options.Environment[name]);
        if (OperatingSystem.IsWindows() || UnixTerminal.TryOpen() is not { } terminal || !traits.Usable)
            throw new UserException("This is not a terminal that can show the interface. For one prompt without a screen: mimo run --attach URL \"what is to be done\".");
        using var device = terminal;
        await using var client = await entry.ConnectAsync(target, cancellationToken);
        if (last && sessionId is null)
        {
            var place = await client.Catalogue.PlaceAsync(cancellationToken);
            var sessions = await client.Sessions.ListAsync(new SessionQuery(Roots: true), cancellationToken);
            sessionId = sessions.FirstOrDefault(session => session.Directory == place.Directory)?.Id;
        }

        return await ShowAsync(
            stop => FirstAsync(client, sessionId, stop), terminal, traits, options, wanted with { Version = options.Version }, $"mimo attach {target.Url}", cancellationToken);
    }

    /// <summary>The workspace is opened while the first picture is seen already.</summary>
    [UnsupportedOSPlatform("windows")]
    private async Task<int> ShowHereAsync(
        TuiFlags.Given given, UnixTerminal terminal, TerminalTraits traits, WorkspaceOptions options, TuiOptions wanted, CancellationToken cancellationToken)
    {
        Workspace? workspace = null;
        try
        {
            return await ShowAsync(
                async stop => await FirstAsync(workspace = await Workspace.OpenAsync(options, stop), given, stop),
                terminal, traits, options, wanted, "mimo", cancellationToken);
        }
        finally
        {
            if (workspace is not null)
                await workspace.DisposeAsync();
        }
    }

    private static Task<Opened> FirstAsync(Workspace workspace, TuiFlags.Given given, CancellationToken cancellationToken) =>
        FirstAsync(workspace, given.SessionId ?? (given.Last ? workspace.LastSession()?.Id : null), cancellationToken);

    /// <summary>Who names a session that is not there is told so, not shown an empty one.</summary>
    private static async Task<Opened> FirstAsync(IMimoClient client, string? sessionId, CancellationToken cancellationToken)
    {
        if (sessionId is not null)
            await client.Sessions.GetAsync(sessionId, cancellationToken);
        return new Opened(client, sessionId);
    }

    /// <summary>Piped text leaves nobody to type an answer; who pipes into a program has chosen the folder.</summary>
    private async Task<bool> MayStartAsync(TuiFlags.Given given, WorkspaceOptions options, CancellationToken cancellationToken)
    {
        var questions = new StartQuestions(entry.In(), entry.Error, options.Folders);
        return (given.Trust || await questions.TrustsAsync(given.Folder, cancellationToken))
            && (!given.SkipPermissions || await questions.SkipsPermissionsAsync(Environment.IsPrivilegedProcess, cancellationToken));
    }

    [UnsupportedOSPlatform("windows")]
    private async Task<int> ShowAsync(
        Func<CancellationToken, Task<Opened>> open, UnixTerminal terminal, TerminalTraits traits, WorkspaceOptions options, TuiOptions wanted, string again,
        CancellationToken cancellationToken)
    {
        await using var program = new TuiProgram(open, terminal, traits, Around(options, terminal), wanted);
        var code = await program.RunAsync(cancellationToken);
        if (program.LastSession is var (lastId, title) && code == 0)
            await entry.Error.WriteLineAsync($"\n  Session   {Visible(title)}\n  Continue  {again} -s {lastId}\n");
        return code;
    }

    [UnsupportedOSPlatform("windows")]
    private static TuiSurroundings Around(WorkspaceOptions options, UnixTerminal terminal)
    {
        var (environment, folders, directory) = (options.Environment, options.Folders, options.Directory);
        var themes = new Themes(Path.Combine(directory, ".mimocode", "themes"), Path.Combine(folders.Config, "themes"));
        return new TuiSurroundings(
            TuiSettingsFiles.Read(environment, folders, directory), themes, Path.Combine(folders.State, "prompt-history.jsonl"), options.Clock)
        {
            Watch = words => TerminalWatch.Start(words, terminal.SettingsForStty(), environment.All),
            Editor = ExternalEditor.Of(environment, directory, options.Clock) is { } editor ? editor.EditAsync : null,
        };
    }

    private static string Visible(string title) => string.Concat(title.Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) is not UnicodeCategory.Format));
}
