using System.CommandLine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Cli;

/// <summary>The root of the command line: one line for each command.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args, CliContext context)
    {
        var parsed = Create(context).Parse(args);
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
                await context.Error.WriteLineAsync($"mimo: {first.Message} See mimo --help.");
                return ExitCodes.WrongUse;
            }

            return await parsed.InvokeAsync(configuration);
        }
        catch (UserException wrong)
        {
            await context.Error.WriteLineAsync($"mimo: {wrong.Message}");
            return wrong.ExitCode;
        }
    }

    private static RootCommand Create(CliContext context)
    {
        var root = new RootCommand("A terminal coding agent for long work: it reads and writes code, runs commands, uses git, and remembers.");
        root.Add(RunCommand.Create(context));
        root.Add(ConfigCommand.Create(context));
        root.Add(AuthCommand.Create(context));
        root.Add(ModelsCommand.Create(context));
        root.Add(PermissionCommand.Create(context));
        return root;
    }
}
