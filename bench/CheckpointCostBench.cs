using System.Diagnostics;
using System.Globalization;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench;

/// <summary>
/// What checkpoints cost: the same steps with and without them, in turn, seven times each; CPU time of the whole program, its median,
/// and the peak of its memory. <c>bench checkpoints PROGRAM [STEPS] [WINDOW]</c>. The window is to be crossed and not filled.
/// </summary>
internal static class CheckpointCostBench
{
    private const int Rounds = 7, CharactersPerToken = 4;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var program, ..])
            throw new InvalidOperationException("bench checkpoints PROGRAM [STEPS] [WINDOW]");
        var steps = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        var window = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 200_000;
        var (on, off) = (new List<Cost>(), new List<Cost>());
        for (var round = 0; round < Rounds; round++)
        {
            on.Add(await MeasureAsync(program, steps, window, withCheckpoints: true));
            off.Add(await MeasureAsync(program, steps, window, withCheckpoints: false));
        }

        var (with, without) = (Median(on, cost => cost.Seconds), Median(off, cost => cost.Seconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{steps} steps on a window of {window}: {with / steps * 1000:0.00} ms CPU a step with checkpoints ({Median(on, cost => cost.Writers):0} writers), {without / steps * 1000:0.00} without: {(with / without - 1) * 100:+0.0;-0.0} %"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory {Median(on, cost => cost.Megabytes):0.0} MB with, {Median(off, cost => cost.Megabytes):0.0} MB without"));
        return 0;
    }

    private static double Median(List<Cost> costs, Func<Cost, double> of) => costs.Select(of).Order().ElementAt(costs.Count / 2);

    private static async Task<Cost> MeasureAsync(string program, int steps, int window, bool withCheckpoints)
    {
        var folder = Directory.CreateTempSubdirectory("mimo-cost-");
        var project = folder.CreateSubdirectory("project").FullName;
        for (var number = 0; number < steps; number++)
            await File.WriteAllTextAsync(Path.Combine(project, $"f{number}.txt"), string.Concat(Enumerable.Range(0, 50).Select(line => $"line {line} of file {number} says {number * line}\n")));
        var (step, writers) = (0, 0);
        await using var server = await ModelServer.StartAsync(request =>
        {
            if (request.ToolNames.Count == 0)
                return Reply.Say("A title");
            if (request.Conversation[^1] is { Role: "user" } asked && asked.Text.Contains("# The checkpoint as it stands", StringComparison.Ordinal))
            {
                writers++;
                return Reply.Say("## Discoveries\n- line 7 of file 3 says 21\n");
            }

            var reply = step++ is var number && number < steps
                ? Reply.Call("read", new { filePath = Path.Combine(project, $"f{number}.txt") })
                : Reply.Say("done");
            return reply with { Usage = new Usage(request.Text.Length / CharactersPerToken, 20, 0) };
        });

        // The shell says at its end what its children have computed.
        var start = new ProcessStartInfo("bash", ["-c", "\"$0\" run --model test/scripted 'do it' > /dev/null 2>&1 && times", program])
        {
            WorkingDirectory = project, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["HOME"] = folder.CreateSubdirectory("home").FullName;
        start.Environment["MIMOCODE_CONFIG_CONTENT"] = Config(server.BaseUrl, window);
        start.Environment["MIMOCODE_DISABLE_CHECKPOINT"] = withCheckpoints ? "0" : "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.HasExited)
        {
            peak = Math.Max(peak, PeakOf(process.Id));
            await Task.Delay(20);
        }

        folder.Delete(recursive: true);
        return new Cost(Seconds(await output), peak / 1024.0, writers);
    }

    private static long PeakOf(int shell)
    {
        try
        {
            var child = File.ReadAllText($"/proc/{shell}/task/{shell}/children").Split(' ')[0];
            return child.Length is 0 ? 0 : long.Parse(string.Concat(File.ReadLines($"/proc/{child}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string Config(string address, int context) => """
        {"permission":{"*":"allow"},"provider":{"test":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"ADDRESS","apiKey":"x"},
         "models":{"scripted":{"tool_call":true,"limit":{"context":CONTEXT,"output":8000}}}}}}
        """.Replace("ADDRESS", address, StringComparison.Ordinal).Replace("CONTEXT", context.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    // Two lines: the shell's own and its children's, each as 0m1.234s 0m0.567s.
    private static double Seconds(string times) => times.Trim().Split('\n')[^1].Split(' ')
        .Sum(time => time.TrimEnd('s').Split('m') is [var minutes, var seconds] ? (60 * double.Parse(minutes, CultureInfo.InvariantCulture)) + double.Parse(seconds, CultureInfo.InvariantCulture) : 0);

    private sealed record Cost(double Seconds, double Megabytes, int Writers);
}
