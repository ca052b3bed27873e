using System.Diagnostics;
using System.Security.Cryptography;

namespace MiMoCode.TestKit;

/// <summary>The vendors' own clients in <c>tests/clients</c>, installed once per lock file into <c>artifacts/clients</c>.</summary>
internal static class NodeClients
{
    private static readonly Lazy<Task<string>> Folder = new(InstallAsync);

    /// <summary>Runs one of the scripts with arguments and returns what it printed; fails with its stderr.</summary>
    public static Task<string> RunAsync(string script, params string[] arguments) => RunAsync(script, null, arguments);

    /// <summary>The same in an environment of its own.</summary>
    public static async Task<string> RunAsync(string script, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var folder = await Folder.Value;
        return await StartAsync("node", [Path.Combine(folder, script), .. arguments], folder, environment);
    }

    private static async Task<string> InstallAsync()
    {
        var sources = Repository.Path("tests/clients");
        var folder = Directory.CreateDirectory(Repository.Path("artifacts/clients")).FullName;
        // Two test processes may come here at once; the second finds the work done.
        await using var @lock = await LockAsync(Path.Combine(folder, "lock"));
        foreach (var source in Directory.EnumerateFiles(sources)) { File.Copy(source, Path.Combine(folder, Path.GetFileName(source)), overwrite: true); }
        var hash = Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(sources, "package-lock.json"))));
        var installed = Path.Combine(folder, "installed");
        if (File.Exists(installed) && await File.ReadAllTextAsync(installed) == hash) { return folder; }
        await StartAsync("npm", ["ci"], folder);
        await File.WriteAllTextAsync(installed, hash);
        return folder;
    }

    private static async Task<FileStream> LockAsync(string path)
    {
        for (var attempt = 0; ; attempt++)
        {
            try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) when (attempt < 600) { await Task.Delay(100); }
        }
    }

    private static async Task<string> StartAsync(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment) { start.Environment[name] = value; }
        }
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }
}
