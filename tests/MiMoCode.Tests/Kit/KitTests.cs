using System.Net;
using System.Text;
using System.Text.Json;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Kit;

/// <summary>The kit is believed by every other test, so it is tested first.</summary>
public sealed class KitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_clock_fires_timers_in_order_and_at_their_own_time()
    {
        var clock = new ManualClock();
        var start = clock.GetUtcNow();
        var fired = new List<(string, TimeSpan)>();
        await using var late = clock.CreateTimer(_ => fired.Add(("late", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        await using var twice = clock.CreateTimer(_ => fired.Add(("tick", clock.GetUtcNow() - start)), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal([("tick", TimeSpan.FromSeconds(2)), ("late", TimeSpan.FromSeconds(3)), ("tick", TimeSpan.FromSeconds(4))], fired);
        Assert.Equal(1, clock.Waiting);
    }

    [Fact]
    public async Task A_delay_on_the_clock_ends_when_time_is_advanced()
    {
        var clock = new ManualClock();
        var delay = Task.Delay(TimeSpan.FromHours(8), clock);
        await clock.UntilWaitingAsync(1, None);
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromHours(8));
        await delay;
    }

    [Fact]
    public void A_project_is_a_real_repository_and_goes_away()
    {
        string root;
        using (var project = new TempProject(("src/a.txt", "one\n")).WithGit())
        {
            root = project.Root;
            project.Write("src/a.txt", "two\n");
            Assert.Contains("-one\n+two", project.Git("diff"), StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task Streams_text_calls_and_usage_over_chat_completions()
    {
        await using var server = await ModelServer.StartAsync(new Reply
        {
            Text = "Grüße 👋 aus dem Skript",
            FragmentSize = 3,
            ToolCalls = [ToolCall.Of("read", new { filePath = "a.c" })],
            Usage = new Usage(100, 7, Cached: 64),
        });
        var body = await PostAsync(server, "/chat/completions", """{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]}""");
        var chunks = body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(frame => frame["data: ".Length..]).ToList();
        Assert.Equal("[DONE]", chunks[^1]);
        var deltas = chunks[..^2].Select(chunk => JsonDocument.Parse(chunk).RootElement.GetProperty("choices")[0].GetProperty("delta")).ToList();
        Assert.Equal("Grüße 👋 aus dem Skript", string.Concat(deltas.Select(delta => delta.TryGetProperty("content", out var text) ? text.GetString() : "")));
        Assert.Equal(64, JsonDocument.Parse(chunks[^2]).RootElement.GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32());
        var request = Assert.Single(server.Prompts);
        Assert.Equal([new Said("user", "hi")], request.Conversation);
    }

    [Fact]
    public async Task A_script_in_a_file_answers_in_order_and_by_what_was_asked()
    {
        using var project = new TempProject(("fix.replies.json", """
            [
              { "toolCalls": [ { "name": "read", "arguments": { "filePath": "a.c" } } ] },
              { "text": "a title", "when": "Make a title", "repeat": true },
              { "status": 429, "headers": { "Retry-After": "1" }, "body": "slow down" },
            ]
            """));
        await using var server = await ModelServer.StartAsync(Script.Read(project["fix.replies.json"]));
        Assert.Contains("a title", await AskAsync(server, "Make a title"), StringComparison.Ordinal);
        Assert.Contains("call_2_1", await AskAsync(server, "fix it"), StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server, "more"));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.InternalServerError, (await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server, "more"))).StatusCode);
    }

    [Fact]
    public async Task A_stalled_answer_goes_on_when_released_and_a_cut_one_ends_early()
    {
        var gate = new TaskCompletionSource();
        await using var server = await ModelServer.StartAsync(
            Reply.Say("slow") with { Delivery = new StallAfter(40, gate.Task) }, Reply.Say("short") with { Delivery = new CutAfter(40) });
        var slow = AskAsync(server, "hi");
        await server.NextPromptAsync(None);
        Assert.False(slow.IsCompleted);
        gate.SetResult();
        Assert.Contains("slow", await slow, StringComparison.Ordinal);
        Assert.Equal(40, (await AskAsync(server, "hi")).Length);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(40)]
    public async Task A_reset_connection_is_an_error_for_the_client(int after)
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("gone") with { Delivery = new ResetAfter(after) });
        await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(server, "hi"));
    }

    [Fact]
    public async Task Splitting_in_the_middle_of_letters_loses_nothing()
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("Grüße 👋") with { Delivery = new SplitEvery(1) });
        Assert.Equal("Grüße 👋", JsonDocument.Parse(await AskAsync(server, "hi")).RootElement.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_scripted_agent_sees_the_result_of_its_tool_call_on_every_wire()
    {
        await using var server = await ModelServer.StartAsync(request => Reply.Say("saw " + request.LastToolResult));
        var chat = await PostAsync(server, "/chat/completions", """
            {"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"read","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c1","content":"42"}]}
            """);
        var responses = await PostAsync(server, "/responses", """
            {"model":"m","input":[{"type":"function_call","call_id":"c1","name":"read","arguments":"{}"},{"type":"function_call_output","call_id":"c1","output":"42"}]}
            """);
        var messages = await PostAsync(server, "/messages", """
            {"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"read","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"42"}]}]}]}
            """);
        Assert.All([chat, responses, messages], body => Assert.Contains("Text = 42, CallId = c1", body, StringComparison.Ordinal));
    }

    [Fact]
    public void A_golden_file_that_differs_names_the_line()
    {
        using var folder = new TempProject(("Golden/one.txt", "a\nb\n"));
        Golden.Check("one.txt", "a\r\nb", folder["Test.cs"]);
        var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Golden.Check("one.txt", "a\nc\n", folder["Test.cs"], accept: false));
        Assert.Contains("one.txt:2\nexpected: b\nreceived: c", failure.Message, StringComparison.Ordinal);
        Assert.Equal("a\nc\n", folder.Read("Golden/one.received.txt"));
    }

    private static Task<string> AskAsync(ModelServer server, string text) =>
        PostAsync(server, "/chat/completions", JsonSerializer.Serialize(new { model = "m", messages = new[] { new { role = "user", content = text } } }));

    private static async Task<string> PostAsync(ModelServer server, string path, string body)
    {
        using var client = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(new Uri(server.BaseUrl + path), content);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
