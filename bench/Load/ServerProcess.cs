using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace MiMoCode.Bench.Load;

/// <summary>The program under test as a server, in a home of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process process;
    private readonly long started;

    private ServerProcess(Process process, long started, Uri url) => (this.process, this.started, Url) = (process, started, url);

    public Uri Url { get; }

    public TimeSpan Age => Stopwatch.GetElapsedTime(started);

    public double Megabytes => Status("VmRSS:");

    public double Peak => Status("VmHWM:");

    /// <summary>Milliseconds that all its threads have computed.</summary>
    public double Cpu => Ticks(11) + Ticks(12);

    /// <summary>The part of it that the system computed for them.</summary>
    public double SystemCpu => Ticks(12);

    /// <summary>Listens when this returns.</summary>
    public static ServerProcess Start(string program, string folder, string model)
    {
        var start = new ProcessStartInfo(program, ["serve"])
        {
            WorkingDirectory = Directory.CreateDirectory(Path.Combine(folder, "project")).FullName,
            RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MIMO", StringComparison.Ordinal) || name.StartsWith("XDG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        start.Environment["HOME"] = Directory.CreateDirectory(Path.Combine(folder, "home")).FullName;
        start.Environment["MIMOCODE_SERVER_PASSWORD"] = "load";
        start.Environment["MIMOCODE_CONFIG_CONTENT"] = $$$"""
            {"model":"test/scripted","provider":{"test":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"{{{model}}}","apiKey":"x"},"models":{"scripted":{"tool_call":true} } } } }
            """;
        var at = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{program} did not start.");
        return new ServerProcess(process, at, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]));
    }

    public HttpClient NewClient(string password)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Url, "/"), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{password}")));
        return http;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private double Ticks(int field) =>
        10.0 * long.Parse(File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[1].Split(' ')[field], CultureInfo.InvariantCulture);

    private double Status(string name) =>
        long.Parse(string.Concat(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture) / 1024.0;
}
