using System.Text.Json;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Tests.Clients;

/// <summary>The vendors' own clients judge the scripted model server, so that our client and our server cannot agree on a mistake.</summary>
public sealed class VendorClientTests
{
    private static readonly Reply Full = new()
    {
        Reasoning = "First look, then speak. 🤔",
        Text = "Grüße: it adds numbers 👋",
        ToolCalls = [ToolCall.Of("read", new { filePath = "a.c" }, "call_a"), ToolCall.Of("read", new { filePath = "b — ü.c" }, "call_b")],
        Usage = new Usage(Input: 1000, Output: 42, Cached: 768, Reasoning: 12),
        FragmentSize = 3,
    };

    /// <summary>Client, way, and its words for a finish by tool calls.</summary>
    public static TheoryData<string, string, string> Clients => new()
    {
        { "openai-chat.mjs", "stream", "tool_calls" },
        { "openai-chat.mjs", "whole", "tool_calls" },
        { "openai-responses.mjs", "stream", "completed" },
        { "openai-responses.mjs", "whole", "completed" },
        { "anthropic.mjs", "stream", "tool_use" },
        { "anthropic.mjs", "whole", "tool_use" },
    };

    [NeedsTheory("node", "npm")]
    [MemberData(nameof(Clients))]
    public async Task Assembles_thinking_text_calls_and_usage(string client, string way, string finish)
    {
        var verdict = await JudgeAsync(client, way, Full with { Delivery = new SplitEvery(7) });
        Assert.Equal(Full.Text, verdict.Text("text"));
        Assert.Equal(Full.Reasoning, verdict.Text("reasoning"));
        Assert.Equal(finish, verdict.Text("finish"));
        Assert.Equal((1000, 42, 768), (verdict.Number("input"), verdict.Number("output"), verdict.Number("cached")));
        Assert.Equal(way == "stream", verdict.GetProperty("streamed").GetBoolean());
        Assert.Equal(["call_a read a.c", "call_b read b — ü.c"], verdict.GetProperty("calls").EnumerateArray().Select(Shown));
    }

    [NeedsTheory("node", "npm")]
    [InlineData("openai-chat.mjs", "whole")]
    [InlineData("openai-chat.mjs", "stream")]
    [InlineData("openai-responses.mjs", "whole")]
    [InlineData("anthropic.mjs", "stream")]
    public async Task Understands_a_refusal_for_its_rate(string client, string way)
    {
        var verdict = await JudgeAsync(client, way, Reply.Refuse(429, """{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}""", ("Retry-After", "1")));
        Assert.Equal("RateLimitError", verdict.GetProperty("error").Text("kind"));
        Assert.Contains("slow down", verdict.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [NeedsTheory("node", "npm")]
    [InlineData("openai-chat.mjs")]
    [InlineData("openai-responses.mjs")]
    [InlineData("anthropic.mjs")]
    public async Task Understands_an_error_in_the_middle_of_a_stream(string client)
    {
        var verdict = await JudgeAsync(client, "stream", Full with { Delivery = new ErrorInStream(5, "overloaded_error", "try later") });
        Assert.Contains("try later", verdict.GetProperty("error").Text("message"), StringComparison.Ordinal);
    }

    [NeedsTheory("node", "npm")]
    [InlineData("openai-chat.mjs", "length")]
    [InlineData("openai-responses.mjs", "max_output_tokens")]
    [InlineData("anthropic.mjs", "max_tokens")]
    public async Task Understands_that_an_answer_was_cut_by_its_length(string client, string finish)
    {
        var verdict = await JudgeAsync(client, "whole", Reply.Say("and then") with { Finish = "length" });
        Assert.Equal((finish, "and then"), (verdict.Text("finish"), verdict.Text("text")));
    }

    [NeedsFact("node", "npm")]
    public async Task Puts_interleaved_calls_together()
    {
        var verdict = await JudgeAsync("openai-chat.mjs", "stream", Full with { Style = ToolCallStyle.Interleaved });
        Assert.Equal(["call_a read a.c", "call_b read b — ü.c"], verdict.GetProperty("calls").EnumerateArray().Select(Shown));
    }

    [NeedsFact("node", "npm")]
    public async Task Lists_the_models()
    {
        await using var server = await ModelServer.StartAsync();
        server.Models = ["one", "two"];
        Assert.Equal("""{"models":["one","two"]}""", (await NodeClients.RunAsync("models.mjs", server.BaseUrl)).Trim());
    }

    private static async Task<JsonElement> JudgeAsync(string client, string way, Reply reply)
    {
        await using var server = await ModelServer.StartAsync(reply);
        // Anthropic's client brings the version itself.
        var url = client == "anthropic.mjs" ? server.Url : server.BaseUrl;
        return JsonDocument.Parse(await NodeClients.RunAsync(client, url, way)).RootElement;
    }

    private static string Shown(JsonElement call) =>
        $"{call.Text("id")} {call.Text("name")} {JsonDocument.Parse(call.Text("arguments")!).RootElement.Text("filePath")}";
}

/// <summary>Reads verdicts.</summary>
internal static class Verdicts
{
    /// <summary>A member that is text or null.</summary>
    public static string? Text(this JsonElement verdict, string name) => verdict.GetProperty(name).GetString();

    /// <summary>A member that is a number.</summary>
    public static int Number(this JsonElement verdict, string name) => verdict.GetProperty(name).GetInt32();
}
