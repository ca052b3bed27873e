using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Terminals;

/// <summary>
/// The terminals that people have opened beside the agent. They are the person's own shells: no rule of the agent's holds in them.
/// All end with the workspace.
/// </summary>
internal sealed class TerminalBook(ProcessRunner processes, string directory, string? shell, Action<Event> tell, TimeProvider clock) : IAsyncDisposable
{
    private const int MostRunning = 16, MostKept = 64;
    private readonly ConcurrentDictionary<string, OpenTerminal> open = new(StringComparer.Ordinal);

    /// <summary>Whether a program runs in one of them.</summary>
    public bool AnyRuns => open.Values.Any(terminal => terminal.Info.Status is PtyStatus.Running);

    /// <summary>The shell that a terminal has when no program is named.</summary>
    public string Shell => shell ?? "/bin/sh";

    public ImmutableArray<Pty> List() => [.. open.Values.Select(terminal => terminal.Info).OrderBy(info => info.Id, StringComparer.Ordinal)];

    /// <exception cref="UserException">There is no such terminal.</exception>
    public OpenTerminal Get(string id) => open.TryGetValue(id, out var terminal) ? terminal : throw UserException.NotFound("terminal", id);

    /// <summary>Opens a terminal and starts its program.</summary>
    /// <exception cref="UserException">The folder is not in the project, too many are open, or the program cannot be started.</exception>
    public Pty Create(CreatePty wanted)
    {
        if (open.Values.Count(terminal => terminal.Info.Status is PtyStatus.Running) >= MostRunning)
            throw new UserException($"{MostRunning} terminals are open; close one first.");
        if (open.Count >= MostKept && List().FirstOrDefault(info => info.Status is PtyStatus.Exited) is { } oldest && open.TryRemove(oldest.Id, out _))
            tell(new PtyDeleted(oldest.Id));
        var variables = wanted.Env ?? ImmutableDictionary<string, string>.Empty;
        var arguments = wanted.Args ?? [];
        string?[] texts = [wanted.Command, wanted.Cwd, .. arguments, .. variables.Keys, .. variables.Values];
        if (texts.Any(text => text?.Contains('\0', StringComparison.Ordinal) ?? false) || variables.Keys.Any(name => name.Length is 0 || name.Contains('=', StringComparison.Ordinal)))
            throw new UserException("No text may hold the letter zero, and no name of a variable may be empty or hold '='.");
        var spec = new ProcessSpec(wanted.Command ?? Shell, arguments, FolderOf(wanted.Cwd))
        {
            Environment = variables.ToImmutableDictionary(pair => pair.Key, string? (pair) => pair.Value),
        };
        var terminal = Start(spec, wanted.Title);
        open[terminal.Info.Id] = terminal;
        tell(new PtyCreated(terminal.Info));
        return terminal.Info;
    }

    /// <summary>Changes the title or the size.</summary>
    /// <exception cref="UserException">There is no such terminal, or no terminal has that size.</exception>
    public Pty Update(string id, UpdatePty change)
    {
        var terminal = Get(id);
        if (change.Size is { } size)
        {
            if (size.Rows is < 1 or > ushort.MaxValue || size.Cols is < 1 or > ushort.MaxValue)
                throw new UserException($"A terminal has from 1 to {ushort.MaxValue} rows and columns.");
            terminal.Process.Resize(new TerminalSize((ushort)size.Cols, (ushort)size.Rows));
        }

        if (change.Title is { } title)
            terminal.Info = terminal.Info with { Title = title };
        tell(new PtyUpdated(terminal.Info));
        return terminal.Info;
    }

    /// <summary>Ends the program and whatever it started, and forgets the terminal.</summary>
    /// <exception cref="UserException">There is no such terminal.</exception>
    public async Task RemoveAsync(string id)
    {
        var terminal = Get(id);
        if (!open.TryRemove(id, out _))
            return;
        await terminal.Process.DisposeAsync();
        tell(new PtyDeleted(id));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var terminal in open.Values)
            await terminal.Process.DisposeAsync();
        open.Clear();
    }

    private OpenTerminal Start(ProcessSpec spec, string? title)
    {
        var output = new TerminalOutput();
        try
        {
            var process = processes.StartTerminal(spec, TerminalSize.Usual, output.Add);
            var info = new Pty(Ids.Of("pty", clock), title ?? Path.GetFileName(spec.Program), spec.Program, spec.Arguments, spec.Directory, PtyStatus.Running, process.Id);
            var terminal = new OpenTerminal(info, process, output);
            _ = FollowAsync(terminal);
            return terminal;
        }
        catch (ProcessStartException failed)
        {
            throw new UserException(failed.Message);
        }
    }

    private async Task FollowAsync(OpenTerminal terminal)
    {
        var code = await EndOfAsync(terminal);

        // A terminal that is closed takes with it what still runs in it.
        await terminal.Process.DisposeAsync();
        terminal.Output.Finish();
        terminal.Info = terminal.Info with { Status = PtyStatus.Exited, ExitCode = code };
        tell(new PtyExited(terminal.Info.Id, code));
    }

    private static async Task<int> EndOfAsync(OpenTerminal terminal)
    {
        try
        {
            return (await terminal.Process.Ended).ShellCode;
        }
        catch (ProcessStartException failed)
        {
            const int notFound = 127;
            terminal.Output.Add(Encoding.UTF8.GetBytes(failed.Message + "\r\n"));
            return notFound;
        }
    }

    private string FolderOf(string? cwd)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(directory, cwd ?? "")));
        if (folder != directory && !folder.StartsWith(directory + '/', StringComparison.Ordinal))
            throw new UserException($"{folder} is not in {directory}.", 2, 403);
        return Directory.Exists(folder) ? folder : throw new UserException($"The folder {folder} does not exist.");
    }
}
