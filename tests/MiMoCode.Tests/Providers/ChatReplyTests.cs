using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

public sealed class ChatReplyTests
{
    [Fact]
    public async Task Tells_thinking_then_text_then_the_end_with_what_it_cost()
    {
        var events = await AskAsync(new Reply { Reasoning = "Let me think about it.", Text = "The answer is 42.", Usage = new Usage(100, 50, Cached: 60, Reasoning: 20) });
        Assert.Equal("Let me think about it.", events.Thought());
        Assert.Equal("The answer is 42.", events.Said());
        Assert.Equal(2, events.Count(told => told is PartEnded));
        Assert.True(events.FindLastIndex(told => told is ReasoningDelta) < events.FindIndex(told => told is TextDelta));
        var end = events.End();
        Assert.Equal((StopReason.Done, null), (end.Reason, end.Failure));
        Assert.Equal(new TokenUsage(40, 50, 20, new CacheTokens(60, 0), 150), end.Usage);
        Assert.Equal((40 * 1m + 60 * 0.1m + 50 * 2m) / 1_000_000m, Assert.Single(end.Billed).Cost);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    [InlineData("reasoning_text")]
    public async Task Finds_thinking_in_every_field_that_servers_use(string field) =>
        Assert.Equal("hmm", (await AskAsync(new Reply { Reasoning = "hmm", ReasoningField = field, Text = "a" })).Thought());

    [Theory]
    [InlineData((int)(ToolCallStyle.Fragments))]
    [InlineData((int)(ToolCallStyle.Whole))]
    [InlineData((int)(ToolCallStyle.Interleaved))]
    [InlineData((int)(ToolCallStyle.WithoutIndex))]
    [InlineData((int)(ToolCallStyle.WithoutIndex | ToolCallStyle.RepeatedHead | ToolCallStyle.Interleaved))]
    [InlineData((int)(ToolCallStyle.RepeatedHead))]
    [InlineData((int)(ToolCallStyle.WithoutId))]
    [InlineData((int)(ToolCallStyle.WithoutId | ToolCallStyle.WithoutIndex))]
    [InlineData((int)(ToolCallStyle.WithoutId | ToolCallStyle.WithoutIndex | ToolCallStyle.RepeatedHead))]
    [InlineData((int)(ToolCallStyle.WithoutId | ToolCallStyle.WithoutIndex | ToolCallStyle.Whole))]
    public async Task Puts_tool_calls_together_however_they_are_cut(int style)
    {
        string[] arguments = ["""{"filePath":"/a/long/enough/path.txt"}""", """{"filePath":"/b/another/path.txt","limit":3}"""];
        var events = await AskAsync(new Reply
        {
            Text = "Reading.", ToolCalls = [new("read", arguments[0]), new("read", arguments[1])], Style = (ToolCallStyle)style, FragmentSize = 7,
        });
        Assert.Equal(arguments, events.Calls().Select(call => call.Input.GetRawText()));
        Assert.All(events.Calls(), call => Assert.Null(call.Malformed));
        Assert.Equal(2, events.Calls().Select(call => call.CallId).Distinct().Count());
        Assert.Equal(events.Calls().Select(call => call.CallId), events.OfType<ToolCallStarted>().Select(call => call.CallId));
        Assert.Equal(StopReason.ToolCalls, events.End().Reason);
    }

    [Fact]
    public async Task Gives_two_calls_with_one_id_two_ids()
    {
        var events = await AskAsync(new Reply { ToolCalls = [new("read", "{}", "call_1"), new("list", "{}", "call_1")] });
        Assert.Equal(["call_1", "call_1_2"], events.Calls().Select(call => call.CallId));
    }

    [Theory]
    [InlineData("""{"filePath":""", "not valid JSON")]
    [InlineData("[1]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("\"{}\"", "must be a JSON object")]
    [InlineData("{\"filePath\":\"a\nb\"}", "not valid JSON")]
    [InlineData("""{"a":1,"a":2}""", "stands twice")]
    [InlineData("""{"a":1}{"a":2}""", "not valid JSON")]
    public async Task Never_repairs_arguments_that_are_not_an_object(string arguments, string reason)
    {
        var call = Assert.Single((await AskAsync(new Reply { ToolCalls = [new("read", arguments)] })).Calls());
        Assert.Contains(reason, call.Malformed, StringComparison.Ordinal);
        Assert.Equal(arguments, call.Raw);
        Assert.Equal("{}", call.Input.GetRawText());
    }

    [Fact]
    public async Task Takes_no_arguments_for_an_empty_object()
    {
        var call = Assert.Single((await AskAsync(new Reply { ToolCalls = [new("list", "")] })).Calls());
        Assert.Equal((null, "{}"), (call.Malformed, call.Input.GetRawText()));
    }

    [Fact]
    public async Task Does_not_call_what_the_output_limit_cut_off()
    {
        var events = await AskAsync(new Reply { ToolCalls = [ToolCall.Of("read", new { filePath = "a" }), ToolCall.Of("read", new { filePath = "b" }).TruncatedTo(8)], Finish = "length" });
        Assert.Equal("""{"filePath":"a"}""", Assert.Single(events.Calls()).Input.GetRawText());
        Assert.Equal(StopReason.OutputLimit, events.End().Reason);
    }

    [Fact]
    public async Task Reads_the_same_reply_wherever_its_bytes_are_cut()
    {
        var reply = new Reply { Reasoning = "Überlegung 🤔", Text = "Grüße 日本 🎉", ToolCalls = [ToolCall.Of("read", new { filePath = "ä" }, "call_1")], FragmentSize = 3 };
        foreach (var size in new[] { 1, 2, 3, 5, 7, 11, 64, 500 })
        {
            var events = await AskAsync(reply with { Delivery = new SplitEvery(size) });
            Assert.Equal(("Überlegung 🤔", "Grüße 日本 🎉", "ä"), (events.Thought(), events.Said(), events.Calls()[0].Input.GetProperty("filePath").GetString()));
            Assert.Equal(StopReason.ToolCalls, events.End().Reason);
        }
    }

    [Fact]
    public async Task Joins_letters_that_were_cut_in_half_between_fragments()
    {
        var halves = Frame("""{"choices":[{"delta":{"content":"\ud83c"}}]}""") + Frame("""{"choices":[{"delta":{"content":"\udf89!\n\"\u00e4"}}]}""");
        var events = await AskAsync(new Reply { Delivery = new Inserted(1, halves) });
        Assert.Equal("🎉!\n\"ä", events.Said());
    }

    [Theory]
    [InlineData("stop", StopReason.Done)]
    [InlineData("STOP", StopReason.Done)]
    [InlineData("length", StopReason.OutputLimit)]
    [InlineData("MAX_TOKENS", StopReason.OutputLimit)]
    [InlineData("content_filter", StopReason.Filtered)]
    [InlineData("sensitive", StopReason.Filtered)]
    [InlineData("insufficient_system_resource", StopReason.Failed)]
    [InlineData("something_new", StopReason.Unknown)]
    [InlineData("tool_calls", StopReason.Done)]
    public async Task Knows_the_reasons_to_stop(string finish, StopReason expected) =>
        Assert.Equal(expected, (await AskAsync(new Reply { Text = "a", Finish = finish })).End().Reason);

    [Theory]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_cache_hit_tokens":8,"prompt_cache_miss_tokens":2}""", 2, 5, 8, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"cached_tokens":7}""", 3, 5, 7, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":null}""", 10, 5, 0, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"total_tokens":35,"completion_tokens_details":{"reasoning_tokens":20}}""", 10, 25, 0, 0)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3}}""", 3, 5, 4, 3)]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":5}""", 0, 5, 0, 0)]
    public async Task Counts_tokens_in_every_spelling(string usage, long input, long output, long read, long write)
    {
        var events = await AskAsync(new Reply { Text = "a", Usage = null, Delivery = new Inserted(2, Frame($$"""{"choices":[],"usage":{{usage}}}""")) });
        Assert.Equal((input, output, new CacheTokens(read, write)), (events.End().Usage.Input, events.End().Usage.Output, events.End().Usage.Cache));
    }

    [Fact]
    public async Task Bills_nothing_when_nothing_was_counted()
    {
        var end = (await AskAsync(new Reply { Text = "a", Usage = null })).End();
        Assert.Equal((StopReason.Done, true), (end.Reason, end.Billed.IsEmpty));
    }

    [Theory]
    [InlineData("<think>so</think>\n\nyes", "so", "yes")]
    [InlineData("\n<think>\na < b\n</think>yes", "\na < b\n", "yes")]
    [InlineData("<think>cut", "cut", "")]
    [InlineData("<thin ice", "", "<thin ice")]
    [InlineData("Use <think> tags", "", "Use <think> tags")]
    [InlineData("<", "", "<")]
    public async Task Takes_thinking_out_of_tagged_text(string text, string thought, string said)
    {
        foreach (var size in new[] { 1, 4, 100 })
        {
            var events = await AskAsync(new Reply { Text = text, FragmentSize = size });
            Assert.Equal((thought, said), (events.Thought(), events.Said()));
        }
    }

    [Fact]
    public async Task Leaves_tagged_text_alone_where_the_dialect_has_a_field_for_thinking() =>
        Assert.Equal("<think>so</think>", (await AskAsync(new Reply { Text = "<think>so</think>" }, provider: "deepseek")).Said());

    [Fact]
    public async Task Keeps_reasoning_details_with_the_thinking()
    {
        var events = await AskAsync(new Reply
        {
            Text = "a",
            Delivery = new Inserted(1,
                Frame("""{"choices":[{"delta":{"reasoning":"so","reasoning_details":[{"type":"reasoning.text","text":"so","index":0}]}}]}""")
                + Frame("""{"choices":[{"delta":{"reasoning":" it is","reasoning_details":[{"type":"reasoning.text","text":" it is","index":0,"signature":"sig"}]}}]}""")),
        });
        Assert.Equal("so it is", events.Thought());
        Assert.Equal(
            """{"reasoning_details":[{"type":"reasoning.text","text":"so it is","index":0,"signature":"sig"}]}""",
            events.OfType<PartEnded>().First().Metadata?.GetRawText());
    }

    [Fact]
    public async Task Reads_a_reply_in_one_piece()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Reasoning = "hmm", Text = "yes", ToolCalls = [ToolCall.Of("read", new { filePath = "a" })] });
        var events = await AskAsync(Provider(server, entry: new("test") { Streams = false }));
        Assert.False(server.Prompts[0].Streams);
        Assert.Equal(("hmm", "yes", 1, StopReason.ToolCalls), (events.Thought(), events.Said(), events.Calls().Count, events.End().Reason));
        Assert.True(events.FindIndex(told => told is ReasoningDelta) < events.FindIndex(told => told is TextDelta));
    }

    private static string Frame(string json) => $"data: {json}\n\n";
}
