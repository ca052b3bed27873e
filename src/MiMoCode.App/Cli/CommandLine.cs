using System.CommandLine;
using System.CommandLine.Parsing;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary>The root of the command line: one line for each command.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments say.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="context">What commands bring along.</param>
    /// <param name="addDoors">Adds the commands of the other doors, and what runs without a command; this one does not know them.</param>
    public static async Task<int> RunAsync(string[] args, CliContext context, Action<RootCommand> addDoors)
    {
        var root = Create(context);
        addDoors(root);
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            if (parsed.Errors is [var first, ..])
            {
                // A mistyped command is also a missing one; the word that is wrong says more.
                var wrong = parsed.UnmatchedTokens is [var unknown, ..] ? $"There is no command or flag {unknown} here." : first.Message;
                await context.Error.WriteLineAsync($"mimo: {wrong} See {Path(parsed)} --help.");
                return ExitCodes.WrongUse;
            }

            context.Logs.Read(parsed);
            return await parsed.InvokeAsync(configuration);
        }
        catch (UserException wrong)
        {
            await context.Error.WriteLineAsync($"mimo: {wrong.Message}");
            return wrong.ExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Of files that nobody foresaw: it names them.
            await context.Error.WriteLineAsync($"mimo: {error.Message}");
            return ExitCodes.Failed;
        }
    }

    private static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var command = parsed.CommandResult; command is not null; command = command.Parent as CommandResult)
            names.Push(command.Command is RootCommand ? "mimo" : command.Command.Name);
        return string.Join(' ', names);
    }

    private static RootCommand Create(CliContext context)
    {
        var root = new RootCommand("A terminal coding agent for long work: it reads and writes code, runs commands, uses git, and remembers.");
        root.Add(RunCommand.Create(context));
        root.Add(GoalCommand.Create(context));
        root.Add(AgentCommand.Create(context));
        root.Add(SessionCommand.Create(context));
        root.Add(MemoryCommand.Create(context));
        root.Add(ExportCommand.Create(context));
        root.Add(ImportCommand.Create(context));
        root.Add(StatsCommand.Create(context));
        root.Add(AuthCommand.Create(context));
        root.Add(ModelsCommand.Create(context));
        root.Add(PermissionCommand.Create(context));
        root.Add(UndoCommand.Create(context));
        root.Add(RedoCommand.Create(context));
        root.Add(DiffCommand.Create(context));
        root.Add(ConfigCommand.Create(context));
        root.Add(DbCommand.Create(context));
        context.Logs.AddTo(root);
        return root;
    }
}
