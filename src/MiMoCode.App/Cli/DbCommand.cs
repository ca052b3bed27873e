using System.CommandLine;

namespace MiMoCode.App.Cli;

/// <summary><c>mimo db</c>: where sessions are kept.</summary>
internal static class DbCommand
{
    public static Command Create(CliContext context)
    {
        var path = new Command("path", "Print the path of the database.");
        path.SetAction(async (_, _) =>
        {
            await context.Out.WriteLineAsync(context.Folders.Database);
            return ExitCodes.Done;
        });
        return new Command("db", "Find the database that holds the sessions.") { path };
    }
}
