using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench;

/// <summary>
/// A long reply in small pieces that a server has ready: wall time from the request to the end of the program, and how the size of the JSON output grows.
/// <c>bench fragments PROGRAM</c>.
/// </summary>
internal static class FragmentsBench
{
    private const int Rounds = 5;

    public static async Task<int> RunAsync(string[] programs)
    {
        Console.WriteLine($"{"program",-12}{"format",-9}{"fragments",10}{"request to exit",17}{"sent in",10}{"output",12}");
        foreach (var program in programs)
        {
            foreach (var format in (string[])["default", "json"])
            {
                foreach (var fragments in (int[])[5_000, 10_000, 20_000])
                    await ShowAsync(program, format, fragments);
            }
        }

        return 0;
    }

    private static async Task ShowAsync(string program, string format, int fragments)
    {
        var rounds = new List<(double Total, double Sent, int Output)>();
        for (var round = 0; round < Rounds; round++)
            rounds.Add(await MeasureAsync(program, format, fragments));
        var (total, sent, output) = rounds.OrderBy(each => each.Total).ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Path.GetFileName(program),-12}{format,-9}{fragments,10}{total,14:0.0} ms{sent,7:0.0} ms{output,10:#,0} B"));
    }

    // Other words each time, or it would be taken for a model that repeats itself.
    private static byte[] Body(int fragments)
    {
        var body = new StringBuilder();
        for (var number = 0; number < fragments; number++)
            body.Append(CultureInfo.InvariantCulture, $$$"""data: {"id":"x","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{"index":0,"delta":{"content":"w{{{number % 1000:000}}} "},"finish_reason":null}]}""").Append("\n\n");
        body.Append("""data: {"id":"x","object":"chat.completion.chunk","created":1700000000,"model":"scripted","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""").Append("\n\ndata: [DONE]\n\n");
        return Encoding.UTF8.GetBytes(body.ToString());
    }

    private static async Task<(double Total, double Sent, int Output)> MeasureAsync(string program, string format, int fragments)
    {
        var folder = Directory.CreateTempSubdirectory("mimo-bench-");
        try
        {
            var reply = new Reply { Delivery = new Ready(Body(fragments)) };
            await using var server = await ModelServer.StartAsync(
                // The title of the session is asked for meanwhile, and is short.
                request => request.ToolNames.Count is 0 ? Reply.Say("A title") : reply);
            using var process = StepsBench.Start(
                program, folder.CreateSubdirectory("project").FullName, folder.CreateSubdirectory("home").FullName, server.BaseUrl, 1_000_000, ["--format", format]);
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            var ended = Stopwatch.GetTimestamp();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
            var request = server.Prompts[0];
            return (
                Stopwatch.GetElapsedTime(request.ArrivedAt, ended).TotalMilliseconds,
                Stopwatch.GetElapsedTime(request.ArrivedAt, request.AnsweredAt).TotalMilliseconds, (await output).Length);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
