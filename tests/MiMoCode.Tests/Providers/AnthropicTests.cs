using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

public sealed class AnthropicTests
{
    private static readonly Model Claude = TestModel with { Wire = Wire.Messages, OutputLimit = 4_000 };

    [Theory]
    [InlineData((int)ToolCallStyle.Fragments)]
    [InlineData((int)ToolCallStyle.Interleaved)]
    [InlineData((int)ToolCallStyle.Whole)]
    [InlineData((int)ToolCallStyle.WithoutId)]
    public async Task Tells_thinking_with_its_signature_text_and_calls(int style)
    {
        var events = await AskAsync(
            new Reply
            {
                Reasoning = "I think.", Text = "I read.", ToolCalls = [ToolCall.Of("read", new { filePath = "a" }), ToolCall.Of("read", new { filePath = "b" })],
                Style = (ToolCallStyle)style, FragmentSize = 3, Usage = new Usage(100, 20, Cached: 60, CacheWrite: 30),
            },
            Request() with { Model = Claude });
        Assert.Equal(("I think.", "I read."), (events.Thought(), events.Said()));
        Assert.Equal("""{"signature":"c2lnbmF0dXJl1"}""", events.OfType<PartEnded>().First().Metadata?.GetRawText());
        Assert.Equal(["a", "b"], events.Calls().Select(call => call.Input.GetProperty("filePath").GetString()));
        Assert.Equal(StopReason.ToolCalls, events.End().Reason);
        Assert.Equal(new TokenUsage(10, 20, 0, new CacheTokens(60, 30)), events.End().Usage);
    }

    [Fact]
    public async Task Sends_signed_thinking_back_and_results_behind_their_calls()
    {
        var body = await BodyAsync(Request(
            User("x"),
            Answer(Thought("hmm", """{"signature":"sig"}"""), Thought("unsigned"), Thought("", """{"redacted":"xyz"}"""), Text("I read."), Call("functions.read:0", "one"), Call("c2", new ToolFailed(Json("{}"), "no", new(DateTimeOffset.UnixEpoch)))),
            User("And?")));
        Assert.Equal(["user", "assistant", "user", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        var content = body.GetProperty("messages")[1].GetProperty("content");
        Assert.Equal(["thinking", "redacted_thinking", "text", "tool_use", "tool_use"], content.EnumerateArray().Select(block => block.GetProperty("type").GetString()));
        var results = body.GetProperty("messages")[2].GetProperty("content");
        Assert.Equal("functions_read_0", results[0].GetProperty("tool_use_id").GetString());
        Assert.Equal(("no", true), (results[1].GetProperty("content").GetString(), results[1].GetProperty("is_error").GetBoolean()));
    }

    [Fact]
    public async Task Drops_the_thinking_of_another_model()
    {
        var body = await BodyAsync(Request(User("x"), Answer(Thought("hmm", """{"signature":"sig"}"""), Text("yes")), User("y")) with { Model = Claude with { Id = "other" } });
        Assert.DoesNotContain("hmm", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Marks_the_head_and_the_last_two_messages_for_the_cache()
    {
        var body = await BodyAsync(Request(User("a"), Answer(Text("b")), User("c"), Answer(Text("d"), Call("c1", "")), User("e", Image())));
        Assert.Equal("ephemeral", body.GetProperty("system")[0].GetProperty("cache_control").GetProperty("type").GetString());
        var marked = body.GetProperty("messages").EnumerateArray()
            .Select(message => message.GetProperty("content").EnumerateArray().Last().TryGetProperty("cache_control", out _));
        Assert.Equal([false, false, false, false, true, true], marked);
    }

    [Fact]
    public async Task Leaves_room_for_an_answer_behind_the_thinking()
    {
        var model = Claude with { Variants = Claude.Variants.Add("high", Claude.Options.Add("thinking", Json("""{"type":"enabled","budgetTokens":16000}"""))) };
        var body = await BodyAsync(Request() with { Model = model, Variant = "high", ToolChoice = ToolChoice.Required, Options = model.Options.Add("temperature", Json("0.5")) });
        Assert.True(body.GetProperty("max_tokens").GetInt32() > 16_000);
        Assert.Equal(16_000, body.GetProperty("thinking").GetProperty("budget_tokens").GetInt32());
        Assert.Equal(("auto", false), (body.GetProperty("tool_choice").GetProperty("type").GetString(), body.TryGetProperty("temperature", out _)));
    }

    [Fact]
    public async Task Requests_share_their_beginning()
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok") with { Repeat = true });
        var provider = Provider(server);
        var request = Request(User("Make the tests pass.")) with { Model = Claude, System = new string('s', 20_000) };
        for (var step = 0; step < 40; step++)
        {
            await AskAsync(provider, request);
            request = request with { Messages = request.Messages.Add(Answer(Text($"Step {step}"), Call($"call_{step}", new string('x', 200)))) };
        }

        var pairs = server.Prompts.Zip(server.Prompts.Skip(1), (before, after) => (Shared: before.Body.AsSpan().CommonPrefixLength(after.Body), before.Body.Length)).ToList();
        Assert.True(pairs.Sum(pair => pair.Shared) >= pairs.Sum(pair => pair.Length) * 0.97);
    }

    [Theory]
    [InlineData("length", StopReason.OutputLimit)]
    [InlineData("content_filter", StopReason.Filtered)]
    [InlineData("model_context_window_exceeded", StopReason.ContextFull)]
    [InlineData("pause_turn", StopReason.Done)]
    public async Task Knows_the_reasons_to_stop(string finish, StopReason expected) =>
        Assert.Equal(expected, (await AskAsync(new Reply { Text = "a", Finish = finish }, Request() with { Model = Claude })).End().Reason);

    [Fact]
    public async Task Never_calls_a_tool_of_a_reply_that_broke_off()
    {
        for (var bytes = 0; bytes < 1_600; bytes += 150)
        {
            var events = await AskAsync(new Reply { ToolCalls = [ToolCall.Of("read", new { filePath = "a" })], Delivery = new CutAfter(bytes) }, Request() with { Model = Claude });
            if (events.End().Failure is null)
                continue;
            Assert.Empty(events.Calls());
            Assert.Equal(FailureKind.Stream, events.End().Failure!.Kind);
        }
    }

    [Theory]
    [InlineData("overloaded_error", "Overloaded", FailureKind.Server)]
    [InlineData("rate_limit_error", "slow", FailureKind.RateLimit)]
    [InlineData("authentication_error", "no", FailureKind.Auth)]
    [InlineData("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum", FailureKind.ContextFull)]
    public async Task Classifies_errors_inside_the_stream(string type, string message, FailureKind expected) =>
        Assert.Equal(expected, (await AskAsync(new Reply { Text = "a", Delivery = new ErrorInStream(3, type, message) }, Request() with { Model = Claude })).End().Failure!.Kind);

    [Fact]
    public async Task Reads_a_reply_in_one_piece()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Reasoning = "hmm", Text = "yes", ToolCalls = [ToolCall.Of("read", new { filePath = "a" })] });
        var events = await AskAsync(Provider(server, entry: new("test") { Streams = false }), Request() with { Model = Claude });
        Assert.Equal(("hmm", "yes", "a"), (events.Thought(), events.Said(), events.Calls()[0].Input.GetProperty("filePath").GetString()));
        Assert.NotNull(events.OfType<PartEnded>().First().Metadata);
    }

    private static async Task<JsonElement> BodyAsync(ModelRequest request)
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok"));
        await AskAsync(Provider(server), request with { Model = request.Model.Wire == Wire.Messages ? request.Model : Claude });
        Assert.Equal("secret", server.Prompts[0].Headers["x-api-key"]);
        return server.Prompts[0].Json.Clone();
    }
}
