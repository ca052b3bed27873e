using System.Diagnostics;
using System.Globalization;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench;

/// <summary>
/// What a step costs beside the model: the program under test runs 200 steps that a scripted server dictates. Own time is from the last
/// byte of a reply to the first byte of the next request. <c>bench steps [COUNT] [read|bash] PROGRAM…</c>; opencode beside ours when its path is
/// given. From 1,000 steps on the window is one of 32,000 tokens, so that the size of a request is held.
/// </summary>
internal static class StepsBench
{
    private const int HeldFrom = 1_000, Few = 200, CharactersPerToken = 4;
    private static readonly string[] All = ["read", "bash"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var steps = arguments is [var first, ..] && int.TryParse(first, out var count) ? count : Few;
        var failed = false;
        string[] tools = [.. All.Where(arguments.Contains)];
        Console.WriteLine($"{"program",-12}{"tool",-8}{"first request",14}{"median step",13}{"95 %",9}{"first 100",11}{"last 100",10}{"cpu first",11}{"cpu last",10}{"peak MB",9}{"written MB",12}");
        foreach (var program in arguments.Where(argument => !int.TryParse(argument, out _) && !All.Contains(argument)))
        {
            foreach (var tool in tools is [] ? All : tools)
            {
                if (await TryMeasureAsync(program, tool, steps) is not { } seen)
                {
                    failed = true;
                    continue;
                }

                Print(Path.GetFileName(program), tool, seen);
                var hundreds = Enumerable.Range(0, (seen.Processor.Length - 1) / 100).Select(each => seen.Cpu(each * 100).ToString("0.0", CultureInfo.InvariantCulture));
                Console.WriteLine($"  cpu ms a step, hundred by hundred: {string.Join("  ", hundreds)}; largest request {seen.Largest:#,0} B, {seen.Others} others");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bare bash -c true: {Bare():0.00} ms"));
        return failed ? 1 : 0;
    }

    // One program that fails does not take the measures of the others with it.
    private static async Task<Measured?> TryMeasureAsync(string program, string tool, int steps)
    {
        try
        {
            return await MeasureAsync(program, tool, steps);
        }
        catch (InvalidOperationException error)
        {
            Console.WriteLine($"{Path.GetFileName(program),-12}{tool,-8}{error.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    /// <summary>Milliseconds of processor time a step, over all steps but the first.</summary>
    internal static async Task<double> CpuOfStepAsync(string program, int steps, string settings, params (string Name, string Value)[] variables)
    {
        var seen = await MeasureAsync(program, "read", steps, settings, variables);
        return (seen.Processor[^1] - seen.Processor[1]) / (seen.Processor.Length - 2);
    }

    private static void Print(string name, string tool, Measured seen) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-12}{tool,-8}{seen.First,11:0.0} ms{Share(seen.Own, 0.5),10:0.00} ms{Share(seen.Own, 0.95),9:0.00}{seen.Own[..100].Average(),11:0.00}{seen.Own[^100..].Average(),10:0.00}{seen.Cpu(0),11:0.00}{seen.Cpu(^101),10:0.00}{seen.PeakKilobytes / 1024.0,9:0.0}{seen.Written / 1e6,12:0.0}"));

    private static double Share(double[] values, double share) => values.Order().ElementAt((int)(share * (values.Length - 1)));

    private static async Task<Measured> MeasureAsync(string program, string tool, int steps, string settings = "", params (string Name, string Value)[] variables)
    {
        var folder = Directory.CreateTempSubdirectory("mimo-bench-");
        try
        {
            var project = folder.CreateSubdirectory("project").FullName;
            for (var number = 0; number < steps; number++)
                await File.WriteAllTextAsync(Path.Combine(project, $"f{number}.txt"), string.Concat(Enumerable.Repeat($"line {number} of a file\n", 50)));
            return await MeasureAsync(program, tool, steps, project, folder.CreateSubdirectory("home").FullName, settings, variables);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Measured> MeasureAsync(string program, string tool, int steps, string project, string home, string settings, (string Name, string Value)[] variables)
    {
        // Looked at while the program waits for us; the high-water mark of the last request is all but the peak.
        var (id, peak, written, step, largest) = (0, 0L, 0L, 0, 0);
        var cpu = new List<double>();
        await using var server = await ModelServer.StartAsync(request =>
        {
            // Counted as a provider counts, or a window would never be full.
            var usage = new Usage(request.Body.Length / CharactersPerToken, 30, (int)(request.Body.Length / CharactersPerToken * 0.9));
            if (!IsStep(request))
                return Reply.Say("(nothing)") with { Usage = usage };
            cpu.Add(ProcessClock.Milliseconds(id));
            (peak, written) = (Field(id, "status", "VmHWM:"), Field(id, "io", "write_bytes:"));
            largest = Math.Max(largest, request.Body.Length);
            return (step++ is var number && number < steps
                ? tool is "read"
                    ? Reply.Call("read", new { filePath = Path.Combine(project, $"f{number}.txt") })
                    : Reply.Call("bash", new { command = "true", description = $"Does nothing, {number}" })
                : Reply.Say("done")) with { Usage = usage };
        });

        var started = Stopwatch.GetTimestamp();
        using var process = Start(program, project, home, server.BaseUrl, steps < HeldFrom ? 1_000_000 : 32_000, null, settings, variables);
        id = process.Id;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        var prompts = server.Prompts.Where(IsStep).ToList();
        if (process.ExitCode != 0 || prompts.Count < steps + 1)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode} after {prompts.Count} requests: {await errors}{await output}");
        return new Measured(
            Stopwatch.GetElapsedTime(started, prompts[0].ArrivedAt).TotalMilliseconds,
            [.. prompts.Zip(prompts.Skip(1), (one, next) => Stopwatch.GetElapsedTime(one.AnsweredAt, next.ArrivedAt).TotalMilliseconds)],
            peak, written, largest, server.Prompts.Count - prompts.Count, [.. cpu]);
    }

    /// <summary>Not a title, and not a checkpoint that is written over the prefix of the session.</summary>
    private static bool IsStep(ReceivedRequest request) =>
        request.ToolNames.Count > 0 && !request.Text.Contains("# The checkpoint as it stands", StringComparison.Ordinal);

    internal static Process Start(string program, string project, string home, string address, int context, string[]? flags = null, string settings = "", params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, ["run", "--model", "test/scripted", .. flags ?? [], "do it"])
        {
            WorkingDirectory = project, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        foreach (var name in (string[])["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "MIMOCODE_HOME"])
            start.Environment.Remove(name);
        start.Environment["OPENCODE_DISABLE_MODELS_FETCH"] = start.Environment["OPENCODE_DISABLE_AUTOUPDATE"] = "1";
        start.Environment["OPENCODE_CONFIG_CONTENT"] = """
            {SETTINGS"permission":{"*":"allow"},"provider":{"test":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"ADDRESS","apiKey":"x"},
             "models":{"scripted":{"tool_call":true,"limit":{"context":CONTEXT,"output":8000}}}}}}
            """.Replace("SETTINGS", settings.Trim(), StringComparison.Ordinal).Replace("ADDRESS", address, StringComparison.Ordinal).Replace("CONTEXT", context.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static long Field(int process, string file, string name)
    {
        var line = File.ReadLines($"/proc/{process}/{file}").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(string.Concat(line.Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }

    private static double Bare()
    {
        var times = new double[Few];
        for (var number = 0; number < Few; number++)
        {
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start("bash", ["-c", "true"]);
            process.WaitForExit();
            times[number] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Share(times, 0.5);
    }

    private sealed record Measured(double First, double[] Own, long PeakKilobytes, long Written, int Largest, int Others, double[] Processor)
    {
        /// <summary>What a step computes, over the hundred steps from one on.</summary>
        public double Cpu(Index from) => (Processor[from.GetOffset(Processor.Length) + 100] - Processor[from]) / 100;
    }
}
