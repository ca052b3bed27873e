using System.Diagnostics;

namespace MiMoCode.Bench.Repair;

/// <summary>What a command did. Exit is null when it had to be stopped.</summary>
internal sealed record Ran(int? Exit, string Output, TimeSpan Took);

/// <summary>Runs a line of shell in a folder, away from this user's settings.</summary>
internal static class Shell
{
    public static async Task<Ran> RunAsync(string line, string folder, TimeSpan limit, string? home = null)
    {
        // To a file: a child that outlives its parent keeps a pipe open.
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo("bash", ["-c", $"exec > '{file}' 2>&1 < /dev/null; {line}"]) { WorkingDirectory = folder };
            foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsOurs))
                start.Environment.Remove(name);
            if (home is not null)
                start.Environment["HOME"] = home;
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            using var late = new CancellationTokenSource(limit);
            try
            {
                await process.WaitForExitAsync(late.Token);
                return new Ran(process.ExitCode, await File.ReadAllTextAsync(file), watch.Elapsed);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return new Ran(null, await File.ReadAllTextAsync(file), watch.Elapsed);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The same, where only success makes sense.</summary>
    public static async Task<string> NeedAsync(string line, string folder)
    {
        var ran = await RunAsync(line, folder, TimeSpan.FromMinutes(5));
        return ran.Exit is 0 ? ran.Output : throw new InvalidOperationException($"`{line}` ended with {ran.Exit} in {folder}:\n{ran.Output}");
    }

    private static bool IsOurs(string name) =>
        name.StartsWith("MIMO", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal) || name.StartsWith("DOTNET_", StringComparison.Ordinal);
}
