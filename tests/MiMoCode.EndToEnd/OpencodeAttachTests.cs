using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd;

/// <summary>The ecosystem's own terminal client, unchanged, against <c>mimo serve</c>.</summary>
public sealed class OpencodeAttachTests
{
    private const string Password = "open sesame";
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [OpencodeFact]
    public async Task Lists_opens_prompts_streams_asks_and_stops()
    {
        var project = new TempProject(("a.txt", "one\n")).WithGit();
        await using var scene = await Scene.OpenAsync(project, Answer);
        scene.Environment["MIMOCODE_SERVER_PASSWORD"] = Password;
        await using var server = scene.Start(["serve"]);
        await server.UntilOutputAsync("\n");
        var url = server.Output.Trim().Split(' ')[^1];
        await TalkBeforeAsync(url);

        await using var terminal = await TmuxTerminal.StartAsync(scene, 110, 40);
        await terminal.TypeAsync($"OPENCODE_DISABLE_AUTOUPDATE=1 '{OpencodeFactAttribute.Program}' attach {url} -p '{Password}'", "Enter");
        await terminal.UntilAsync("Ask anything");

        // It lists the sessions and opens one.
        await terminal.PressAsync("C-x", "l");
        await terminal.UntilAsync("An older talk");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("Said long ago.");

        // A prompt, a tool call and its output, and an answer that comes in pieces.
        await terminal.TypeAsync("list the files");
        await terminal.UntilAsync("list the files");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("from-the-tool");
        await terminal.UntilAsync("The first half");
        Assert.DoesNotContain("Otherhalf", terminal.Seen, StringComparison.Ordinal);
        _release.SetResult();
        await terminal.UntilAsync("Otherhalf");

        // A permission request is answered.
        await terminal.TypeAsync("publish it");
        await terminal.UntilAsync("publish it");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("Permission required");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("It is published");

        // A turn is stopped.
        await terminal.TypeAsync("talk for ever");
        await terminal.UntilAsync("talk for ever");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("On and on");
        await terminal.PressAsync("Escape");
        await terminal.UntilAsync("again to interrupt");
        await terminal.PressAsync("Escape");
        await terminal.UntilAsync("interrupted");

        // What a person runs themselves.
        await terminal.TypeAsync("!");
        await terminal.TypeAsync("echo by-hand-$((40 + 2))");
        await terminal.PressAsync("Enter");
        await terminal.UntilAsync("by-hand-42");
        Assert.Empty(server.Errors);
    }

    private Reply Answer(ReceivedRequest request)
    {
        if (request.ToolNames.Count is 0) { return Reply.Say("A title"); }
        var asked = request.Conversation.Last(said => said.Role is "user").Text;
        var hasRun = request.Conversation[^1].Role is "tool";
        return asked switch
        {
            _ when asked.Contains("list the files", StringComparison.Ordinal) => hasRun
                ? new Reply { Text = $"The first half {new string('.', 800)}\n\nOtherhalf", Delivery = new StallAfter(3000, _release.Task) }
                : Reply.Call("bash", new { command = "ls; echo from-the-tool", description = "Lists" }),
            _ when asked.Contains("publish it", StringComparison.Ordinal) => hasRun ? Reply.Say("It is published") : Reply.Call("bash", new { command = "git push --force", description = "Publish" }),
            _ when asked.Contains("for ever", StringComparison.Ordinal) => new Reply
            {
                Text = "On and on " + new string('.', 4000), Delivery = new StallAfter(2000, new TaskCompletionSource().Task),
            },
            _ => Reply.Say("Said long ago."),
        };
    }

    private static async Task TalkBeforeAsync(string url)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{Password}")));
        using var created = await client.PostAsJsonAsync("/session", new { title = "An older talk" });
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var answered = await client.PostAsJsonAsync($"/session/{id}/message", new { parts = new[] { new { type = "text", text = "Hello" } } });
        Assert.True(answered.IsSuccessStatusCode, await answered.Content.ReadAsStringAsync());
    }
}

/// <summary>A test that needs the ecosystem's terminal client, which <c>tests/clients/get-opencode</c> fetches.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OpencodeFactAttribute : FactAttribute
{
    public OpencodeFactAttribute()
    {
        if (!Programs.Exists("tmux")) { Skip = "needs tmux"; }
        else if (!File.Exists(Program)) { Skip = "needs opencode-linux-x64, which tests/clients/get-opencode could not fetch"; }
    }

    /// <summary>Where the script puts it.</summary>
    public static string Program { get; } =
        Directory.Exists(Repository.Path("artifacts/opencode"))
            ? Directory.EnumerateFiles(Repository.Path("artifacts/opencode"), "opencode", SearchOption.AllDirectories).FirstOrDefault() ?? ""
            : "";
}
