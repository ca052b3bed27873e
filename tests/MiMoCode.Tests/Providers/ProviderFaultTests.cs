using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.Providers.Catalog;
using MiMoCode.Providers.Http;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

/// <summary>What networks, proxies and servers do to a request; each becomes the end of the stream with a class and a text.</summary>
public sealed class ProviderFaultTests
{
    [Theory]
    [InlineData(400, "bad field", FailureKind.Refused)]
    [InlineData(401, "no such key", FailureKind.Auth)]
    [InlineData(402, "pay", FailureKind.Quota)]
    [InlineData(403, "not yours", FailureKind.Auth)]
    [InlineData(404, "no such model", FailureKind.Refused)]
    [InlineData(408, "slow", FailureKind.Server)]
    [InlineData(413, "large", FailureKind.ContextFull)]
    [InlineData(422, "wrong", FailureKind.Refused)]
    [InlineData(429, "slow down", FailureKind.RateLimit)]
    [InlineData(429, "insufficient_quota", FailureKind.Quota)]
    [InlineData(500, "oops", FailureKind.Server)]
    [InlineData(501, "never", FailureKind.Refused)]
    [InlineData(529, "overloaded", FailureKind.Server)]
    public async Task Classifies_a_refusal_by_status_and_words(int status, string said, FailureKind expected)
    {
        var end = (await AskAsync(Reply.Refuse(status, $$$"""{"error":{"message":"{{{said}}}"}}""", ("x-request-id", "req_7")))).End();
        Assert.Equal((expected, status), (end.Failure!.Kind, end.Failure.StatusCode));
        Assert.Contains(said, end.Failure.Message, StringComparison.Ordinal);
        Assert.Contains("req_7", end.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(end.Billed);
    }

    [Fact]
    public async Task Knows_every_wording_of_a_full_window()
    {
        foreach (var (server, status, body) in ContextTooLong.Wordings)
        {
            var end = (await AskAsync(Reply.Refuse(status, body))).End();
            Assert.True(end is { Reason: StopReason.ContextFull, Failure.Kind: FailureKind.ContextFull }, $"{server}: {end.Failure}");
        }
    }

    [Theory]
    [InlineData("retry-after", "7", 7_000)]
    [InlineData("retry-after", "1.5", 1_500)]
    [InlineData("retry-after-ms", "250", 250)]
    [InlineData("x-other", "x", 62_500, "Please try again in 1m2.5s.")]
    [InlineData("x-other", "x", 20, "try again in 20ms")]
    [InlineData("x-other", "x", 34_000, "\"retryDelay\": \"34s\"")]
    [InlineData("x-other", "x", 30_000, "Rate limited, retry after 30 seconds")]
    [InlineData("x-other", "x", -1, "Try harder")]
    public async Task Reads_how_long_to_wait(string header, string value, int milliseconds, string said = "slow down")
    {
        var end = (await AskAsync(Reply.Refuse(429, said[0] is '"' ? "{" + said + "}" : said, (header, value)))).End();
        Assert.Equal(milliseconds < 0 ? null : TimeSpan.FromMilliseconds(milliseconds), end.Failure!.RetryAfter);
    }

    [Fact]
    public async Task Takes_a_page_of_a_proxy_for_what_it_is()
    {
        var end = (await AskAsync(new Reply { Delivery = new Refusal(200, "<html>Log in to the hotel</html>", "text/html") })).End();
        Assert.Equal(FailureKind.Refused, end.Failure!.Kind);
        Assert.Contains("32 bytes", end.Failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "text/event-stream", FailureKind.Stream)]
    [InlineData("", "application/json", FailureKind.Stream)]
    [InlineData("{\"error\":{\"message\":\"overloaded\",\"type\":\"overloaded_error\"}}", "application/json", FailureKind.Server)]
    [InlineData("{\"error\":{\"message\":\"Rate limit\",\"code\":429}}", "application/json", FailureKind.RateLimit)]
    [InlineData("not json", "application/json", FailureKind.Stream)]
    [InlineData("data: not json\n\n", "text/event-stream", FailureKind.Stream)]
    [InlineData("data: [1]\n\n", "text/event-stream", FailureKind.Stream)]
    public async Task An_answer_without_a_reply_is_a_failure(string body, string type, FailureKind expected) =>
        Assert.Equal(expected, (await AskAsync(new Reply { Delivery = new Refusal(200, body, type) })).End().Failure?.Kind);

    [Fact]
    public async Task An_error_inside_the_stream_ends_it()
    {
        var events = await AskAsync(new Reply { Text = "Half a", Delivery = new ErrorInStream(2, "rate_limit_error", "Rate limit reached") });
        Assert.Equal("Half a", events.Said());
        Assert.Equal((StopReason.Failed, FailureKind.RateLimit), (events.End().Reason, events.End().Failure!.Kind));
    }

    [Fact]
    public async Task Never_calls_a_tool_of_a_reply_that_broke_off()
    {
        var reply = new Reply { Text = "I read.", ToolCalls = [ToolCall.Of("read", new { filePath = "a" })], FragmentSize = 4 };
        for (var bytes = 0; bytes < 1_400; bytes += 100)
        {
            foreach (var delivery in new Delivery[] { new CutAfter(bytes), new ResetAfter(bytes) })
            {
                var events = await AskAsync(reply with { Delivery = delivery });
                if (events.End().Failure is null)
                    continue;
                Assert.Empty(events.Calls());
                Assert.True(events.End() is { Reason: StopReason.Failed, Failure.IsRetryable: true }, $"{delivery}: {events.End()}");
            }
        }
    }

    [Fact]
    public async Task A_reply_is_whole_when_only_its_last_frame_is_missing()
    {
        var events = await AskAsync(new Reply { ToolCalls = [ToolCall.Of("read", new { filePath = "a" })], Delivery = new WithoutTheEnd() });
        Assert.Equal(StopReason.ToolCalls, events.End().Reason);
        Assert.Single(events.Calls());
    }

    [Fact]
    public async Task Says_when_nobody_listens()
    {
        using var handler = Transport.CreateHandler();
        var provider = new ProviderFactory(handler, TimeProvider.System).Create(new ProviderEntry("test") { BaseUrl = "http://127.0.0.1:9/v1" }, null);
        var failure = (await AskAsync(provider)).End().Failure!;
        Assert.Equal(FailureKind.Network, failure.Kind);
        Assert.Contains("127.0.0.1:9", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(400)]
    public async Task Gives_up_a_stream_that_says_nothing(int after)
    {
        var clock = new ManualClock();
        await using var server = await ModelServer.StartAsync(new Reply { Text = "Hello there, how are you?", FragmentSize = 1, Delivery = new StallAfter(after, new TaskCompletionSource().Task) });
        var provider = Provider(server, clock: clock, entry: new("test") { Silence = TimeSpan.FromMinutes(2) });
        await using var events = provider.StreamAsync(Request(), default).GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        while (after > 0 && await next && events.Current is not TextDelta)
            next = events.MoveNextAsync().AsTask();
        await server.NextPromptAsync(default);
        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(after < 0 && next.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(3));
        Finished? end = null;
        do
        {
            end = await next ? events.Current as Finished : end;
            if (end is null)
                next = events.MoveNextAsync().AsTask();
        }
        while (end is null);
        Assert.Equal(FailureKind.Stream, end.Failure!.Kind);
        Assert.Contains("said nothing for 2 min", end.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Comments_do_not_keep_a_dead_stream_alive()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Text = "x", Delivery = new KeepAliveOnly(TimeSpan.FromMilliseconds(20)) });
        var events = await AskAsync(Provider(server, entry: new("test") { Silence = TimeSpan.FromMilliseconds(300) }));
        Assert.Contains("said nothing", events.End().Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancellation_throws_and_ends_the_request()
    {
        await using var server = await ModelServer.StartAsync(new Reply { Text = "x", Delivery = new StallAfter(0, new TaskCompletionSource().Task) });
        using var stop = new CancellationTokenSource();
        var asking = AskAsync(Provider(server), cancellationToken: stop.Token);
        await server.NextPromptAsync(default);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    [Fact]
    public async Task Does_not_follow_a_redirect_with_the_key()
    {
        await using var other = await ModelServer.StartAsync(Reply.Say("stolen"));
        var end = (await AskAsync(Reply.Refuse(307, "", ("Location", other.BaseUrl + "/chat/completions")))).End();
        Assert.Equal(FailureKind.Refused, end.Failure!.Kind);
        Assert.Contains("redirects to", end.Failure.Message, StringComparison.Ordinal);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public void Does_not_send_a_stored_key_to_another_origin()
    {
        using var handler = Transport.CreateHandler();
        var factory = new ProviderFactory(handler, TimeProvider.System);
        var stored = new Credential("secret", new Uri("https://api.example.com/v1"));
        var thrown = Assert.Throws<UserException>(() => factory.Create(new("test") { BaseUrl = "https://evil.example.com/v1" }, stored));
        Assert.Contains("evil.example.com", thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(factory.Create(new("test") { BaseUrl = "https://api.example.com/other" }, stored));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Reads_compressed_replies(string encoding)
    {
        var events = await AskAsync(new Reply { Text = "squeezed", Delivery = new Compressed(encoding) });
        Assert.Equal("squeezed", events.Said());
    }

    /// <summary>The reason to stop arrives and the line stays open without its last word.</summary>
    private sealed record WithoutTheEnd : Delivery
    {
        public override Task SendAsync(Answer answer, Microsoft.AspNetCore.Http.HttpContext http) =>
            new Plainly().SendAsync(answer with { Frames = [.. answer.Frames.SkipLast(1)] }, http);
    }

    private sealed record Compressed(string Encoding) : Delivery
    {
        public override async Task SendAsync(Answer answer, Microsoft.AspNetCore.Http.HttpContext http)
        {
            http.Response.ContentType = answer.ContentType;
            http.Response.Headers.ContentEncoding = Encoding;
            await using Stream packed = Encoding == "br"
                ? new System.IO.Compression.BrotliStream(http.Response.Body, System.IO.Compression.CompressionLevel.Fastest)
                : new System.IO.Compression.GZipStream(http.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await packed.WriteAsync(answer.Bytes);
        }
    }
}
