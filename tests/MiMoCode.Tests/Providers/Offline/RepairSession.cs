using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Offline;

namespace MiMoCode.Tests.Providers.Offline;

/// <summary>Drives the repairer in a real folder: its tool calls are carried out, its conversation grows as the loop's would.</summary>
internal sealed class RepairSession(string folder)
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the program has asked for and been answered, in order.</summary>
    public ImmutableList<MessageWithParts> Messages { get; set; } = [];

    /// <summary>The files that were edited.</summary>
    public HashSet<string> Edited { get; } = [];

    /// <summary>How many times the given tool was called.</summary>
    public int Calls(string tool) => Messages.SelectMany(message => message.Parts).OfType<ToolPart>().Count(part => part.Tool == tool);

    /// <summary>Asks, and carries out calls until the program is done or the bound is reached; returns its last words.</summary>
    public async Task<string> AskAsync(string prompt, int most = 1000)
    {
        Messages = Messages.Add(new MessageWithParts(
            new UserMessage { Id = "msg_u", SessionId = "ses_1", Time = new MessageTime(Noon), Agent = "build", Model = RepairProvider.Model.Ref },
            [new TextPart(prompt) { Id = "prt_u", SessionId = "ses_1", MessageId = "msg_u" }]));
        return await GoOnAsync(most);
    }

    public async Task<string> GoOnAsync(int most = 1000)
    {
        for (var step = 0; step < most; step++)
        {
            // A new provider for each step: whatever it knows must come from the messages.
            var events = new List<ModelEvent>();
            await foreach (var told in new RepairProvider().StreamAsync(Request(), CancellationToken.None))
                events.Add(told);
            var words = string.Concat(events.OfType<TextDelta>().Select(delta => delta.Text));
            var called = events.OfType<ToolCalled>().SingleOrDefault();
            Assert.Equal(called is null ? StopReason.Done : StopReason.ToolCalls, Assert.IsType<Finished>(events[^1]).Reason);
            Messages = Messages.Add(Reply(words, called is null ? null : await RunAsync(called)));
            if (called is null)
                return words;
        }

        return "";
    }

    private ModelRequest Request() => new()
    {
        Model = RepairProvider.Model,
        System = "",
        Messages = Messages,
        Tools = [.. new[] { "bash", "read", "edit", "glob" }.Select(name => new ToolDefinition(name, "", JsonDocument.Parse("{}").RootElement))],
        SessionId = "ses_1",
    };

    private static MessageWithParts Reply(string words, ToolPart? call) => new(
        new AssistantMessage
        {
            Id = "msg_a", SessionId = "ses_1", Time = new MessageTime(Noon), Agent = "build", ParentId = "msg_u", ModelId = "repair", ProviderId = "offline",
            Mode = "build", Path = new MessagePath(Environment.CurrentDirectory, Environment.CurrentDirectory), Tokens = TokenUsage.None,
        },
        call is null ? [new TextPart(words) { Id = "prt_t", SessionId = "ses_1", MessageId = "msg_a" }] : [call]);

    private async Task<ToolPart> RunAsync(ToolCalled call)
    {
        var watch = Stopwatch.StartNew();
        var (output, exit) = call.Tool switch
        {
            "glob" => (string.Join('\n', Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path))), 0),
            "read" => (Read(Path.Combine(folder, Text(call, "filePath"))), 0),
            "edit" => (Edit(call), 0),
            _ => await BashAsync(Text(call, "command")),
        };
        var time = new ToolTime(Noon, Noon + watch.Elapsed);
        return new ToolPart(call.CallId, call.Tool, new ToolCompleted(call.Input, output, "", Details.ToMetadata(call.Tool is "bash" ? new CommandDetails("", "", exit) : null), time))
        {
            Id = "prt_c", SessionId = "ses_1", MessageId = "msg_a",
        };
    }

    private static string Read(string path) =>
        string.Join('\n', File.ReadAllText(path).TrimEnd('\n').Split('\n').Select((line, index) => $"{index + 1}: {line}"));

    private string Edit(ToolCalled call)
    {
        var path = Path.Combine(folder, Text(call, "filePath"));
        Edited.Add(Text(call, "filePath"));
        var parts = File.ReadAllText(path).Split(Text(call, "oldString"));
        Assert.Equal(2, parts.Length);
        File.WriteAllText(path, string.Join(Text(call, "newString"), parts));
        return "done";
    }

    /// <summary>What a command prints in the folder.</summary>
    public async Task<string> ShellAsync(string command) => (await BashAsync(command)).Output;

    private async Task<(string Output, int Exit)> BashAsync(string command)
    {
        // A build server that stays behind keeps its output open, so the output goes to a file and the process alone is awaited.
        var file = Path.GetTempFileName();
        var start = new ProcessStartInfo("timeout", ["60", "bash", "-c", $"{{ {command}\n}} > {file} 2>&1"]) { WorkingDirectory = folder };
        using var shell = Process.Start(start)!;
        await shell.WaitForExitAsync();
        var output = await File.ReadAllTextAsync(file);
        File.Delete(file);
        return (output, shell.ExitCode);
    }

    private static string Text(ToolCalled call, string name) => call.Input.GetProperty(name).GetString()!;
}
