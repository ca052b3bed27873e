using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

public sealed class ResponsesTests
{
    private static readonly Model Gpt = TestModel with { Wire = Wire.Responses };

    [Theory]
    [InlineData((int)ToolCallStyle.Fragments)]
    [InlineData((int)ToolCallStyle.Interleaved)]
    [InlineData((int)ToolCallStyle.Whole)]
    public async Task Tells_encrypted_thinking_text_and_calls(int style)
    {
        var events = await AskAsync(
            new Reply
            {
                Reasoning = "I think.", Text = "I read.", ToolCalls = [ToolCall.Of("read", new { filePath = "a" }), ToolCall.Of("read", new { filePath = "b" })],
                Style = (ToolCallStyle)style, FragmentSize = 3, Usage = new Usage(100, 20, Cached: 60, Reasoning: 10),
            },
            Request() with { Model = Gpt });
        Assert.Equal(("I think.", "I read."), (events.Thought(), events.Said()));
        Assert.Contains("ZW5jcnlwdGVk1", events.OfType<PartEnded>().First().Metadata?.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], events.Calls().Select(call => call.Input.GetProperty("filePath").GetString()));
        Assert.Equal(StopReason.ToolCalls, events.End().Reason);
        Assert.Equal(new TokenUsage(40, 20, 10, new CacheTokens(60, 0), 120), events.End().Usage);
    }

    [Fact]
    public async Task Keeps_nothing_on_the_server_and_sends_thinking_back()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Reasoning = "hmm", Text = "yes" }, Reply.Say("ok"));
        var provider = Provider(server);
        var first = await AskAsync(provider, Request() with { Model = Gpt });
        var kept = first.OfType<PartEnded>().First().Metadata!.Value.GetRawText();
        await AskAsync(provider, Request(User("Hello"), Answer(Thought("hmm", kept), Text("yes"), Call("c1", "one")), User("And?")) with { Model = Gpt, Variant = "high", Options = Gpt.Options.Add("reasoningEffort", Json("\"high\"")) });
        var body = server.Prompts[1].Json;
        Assert.False(body.GetProperty("store").GetBoolean());
        Assert.Equal("high", body.GetProperty("reasoning").GetProperty("effort").GetString());
        Assert.Equal("You are tested.", body.GetProperty("instructions").GetString());
        Assert.Equal(
            ["message", "reasoning", "message", "function_call", "function_call_output", "message"],
            body.GetProperty("input").EnumerateArray().Select(item => item.GetProperty("type").GetString()));
        Assert.Equal("ZW5jcnlwdGVk1", body.GetProperty("input")[1].GetProperty("encrypted_content").GetString());
        Assert.False(body.GetProperty("input")[1].TryGetProperty("id", out _));
    }

    [Theory]
    [InlineData("length", StopReason.OutputLimit)]
    [InlineData("content_filter", StopReason.Filtered)]
    public async Task Knows_the_reasons_to_stop(string finish, StopReason expected) =>
        Assert.Equal(expected, (await AskAsync(new Reply { Text = "a", Finish = finish }, Request() with { Model = Gpt })).End().Reason);

    [Fact]
    public async Task Never_calls_a_tool_of_a_reply_that_broke_off()
    {
        for (var bytes = 0; bytes < 2_000; bytes += 200)
        {
            var events = await AskAsync(new Reply { ToolCalls = [ToolCall.Of("read", new { filePath = "a" })], Delivery = new CutAfter(bytes) }, Request() with { Model = Gpt });
            if (events.End().Failure is not null)
                Assert.Empty(events.Calls());
        }
    }

    [Fact]
    public async Task Classifies_errors_inside_the_stream() =>
        Assert.Equal(FailureKind.RateLimit, (await AskAsync(new Reply { Text = "a", Delivery = new ErrorInStream(3, "rate_limit_exceeded", "slow") }, Request() with { Model = Gpt })).End().Failure!.Kind);

    [Fact]
    public async Task Reads_a_reply_in_one_piece()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Reasoning = "hmm", Text = "yes", ToolCalls = [ToolCall.Of("read", new { filePath = "a" })] });
        var events = await AskAsync(Provider(server, entry: new("test") { Streams = false }), Request() with { Model = Gpt });
        Assert.Equal(("hmm", "yes", "a"), (events.Thought(), events.Said(), events.Calls()[0].Input.GetProperty("filePath").GetString()));
    }
}
