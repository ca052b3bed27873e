using MiMoCode.App.Cli;

namespace MiMoCode.App;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        // Answered before anything is loaded: scripts ask for the version often.
        if (args is ["--version" or "-v"])
        {
            Console.Out.WriteLine(CliContext.Version);
            return 0;
        }

        using var context = CliContext.OfProcess();
        return await CommandLine.RunAsync(args, context);
    }
}
