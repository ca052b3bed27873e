using System.Diagnostics;
using System.Text.Json;

namespace MiMoCode.Bench.Terminal;

/// <summary>A session of many messages, brought in through the program's own import.</summary>
internal static class LongSession
{
    private const string Id = "ses_0000000000000000000000long";

    /// <summary>The id of the session.</summary>
    public static string Import(Candidate candidate, int messages)
    {
        var file = Path.Combine(candidate.Home, "long.json");
        File.WriteAllText(file, Json(candidate.Project, messages));
        var start = new ProcessStartInfo(candidate.Program, ["import", file]) { WorkingDirectory = candidate.Project, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        foreach (var (name, value) in candidate.Environment())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return process.ExitCode == 0 ? Id : throw new InvalidOperationException($"The session was not imported: {said.Result}{wrong.Result}");
    }

    private static string Json(string directory, int messages)
    {
        var model = new { providerID = "test", modelID = "scripted" };
        return JsonSerializer.Serialize(new
        {
            info = new { id = Id, slug = "long-way", projectID = "global", directory, title = "A long way", version = "0.1.0", time = new { created = 1L, updated = 2L } },
            messages = Enumerable.Range(0, messages).Select(number => new
            {
                info = number % 2 == 0
                    ? (object)new { role = "user", id = MessageId(number), sessionID = Id, time = new { created = 1000L + number }, agent = "build", model }
                    : new
                    {
                        role = "assistant", id = MessageId(number), sessionID = Id, time = new { created = 1000L + number, completed = 1001L + number }, agent = "build", mode = "build",
                        parentID = MessageId(number - 1), modelID = "scripted", providerID = "test", path = new { cwd = directory, root = directory }, cost = 0.0, finish = "stop",
                        tokens = new { input = 1000, output = 100, reasoning = 0, cache = new { read = 0, write = 0 } },
                    },
                parts = new[]
                {
                    new
                    {
                        type = "text", id = $"prt_{number:D22}", sessionID = Id, messageID = MessageId(number),
                        text = number % 2 == 0 ? $"What about number {number}?" : $"Number **{number}** is fine, 世界.\n\n- one\n- two with `code`\n\n```csharp\nvar x = {number};\n```\n",
                    },
                },
            }),
        });
    }

    private static string MessageId(int number) => $"msg_{number:D22}";
}
