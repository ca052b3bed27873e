using System.Text.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;
using MiMoCode.TestKit.ModelServer;
using static MiMoCode.Tests.Providers.Conversation;

namespace MiMoCode.Tests.Providers;

public sealed class ChatRequestTests
{
    [Fact]
    public async Task Sends_the_key_the_model_the_tools_and_the_messages()
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok"));
        await AskAsync(Provider(server), Request(User("Hello"), Answer(Thought("hmm"), Text("Hi"), Call("c1", "one"), Call("c2", "two")), User("And?")));
        var request = server.Prompts[0];
        Assert.Equal("Bearer secret", request.Headers["Authorization"]);
        Assert.Equal("scripted", request.Model);
        Assert.Equal(["read"], request.ToolNames);
        Assert.Equal(
            "system:You are tested.|user:Hello|assistant:Hi|tool:one|tool:two|user:And?",
            string.Join('|', request.Conversation.Select(said => $"{said.Role}:{said.Text}")));
        Assert.DoesNotContain("hmm", request.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_the_truth_about_calls_that_never_ended()
    {
        var input = Json("""{"filePath":"a"}""");
        var now = new ToolTime(DateTimeOffset.UnixEpoch);
        var body = await BodyAsync(Request(User("x"), Answer(
            Call("c1", new ToolPending(input)), Call("c2", new ToolRunning(input, now)), Call("c3", new ToolFailed(input, "no such file", now)),
            Call("c4", new ToolCompleted(input, "long output", "", input, now with { Compacted = DateTimeOffset.UnixEpoch })))));
        var results = body.GetProperty("messages").EnumerateArray().Where(message => message.GetProperty("role").GetString() == "tool").Select(message => message.GetProperty("content").GetString()!).ToList();
        Assert.Contains("not run", results[0], StringComparison.Ordinal);
        Assert.Contains("interrupted while it ran", results[1], StringComparison.Ordinal);
        Assert.Equal("no such file", results[2]);
        Assert.Contains("cleared", results[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaves_out_what_is_not_for_the_model()
    {
        var body = await BodyAsync(Request(User("x", Text("hidden") with { Ignored = true }), Answer(), Answer(Thought("only thinking")), User("y")));
        Assert.Equal(["system", "user", "user"], body.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.DoesNotContain("hidden", body.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shows_images_only_to_models_that_see()
    {
        var prompt = User("Look", Image());
        Assert.Contains("\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}", (await BodyAsync(Request(prompt))).GetRawText(), StringComparison.Ordinal);
        var blind = (await BodyAsync(Request(prompt) with { Model = TestModel with { Images = false } })).GetRawText();
        Assert.DoesNotContain("AAAA", blind, StringComparison.Ordinal);
        Assert.Contains("cannot read images", blind, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deepseek", "reasoning_content", "hmm")]
    [InlineData("moonshotai", "reasoning_content", "hmm")]
    [InlineData("groq", "reasoning_content", null)]
    public async Task Gives_thinking_back_where_it_is_wanted(string provider, string field, string? expected)
    {
        var model = TestModel with { ProviderId = provider };
        var reply = Answer(Thought("hmm"), Call("c1", "one"));
        reply = reply with { Info = (AssistantMessage)reply.Info with { ProviderId = provider } };
        var message = (await BodyAsync(Request(User("x"), reply) with { Model = model }, provider)).GetProperty("messages")[2];
        Assert.Equal(expected, message.TryGetProperty(field, out var thought) ? thought.GetString() : null);
    }

    [Fact]
    public async Task Gives_back_what_the_provider_wants_back()
    {
        var body = await BodyAsync(Request(User("x"), Answer(
            Thought("so", """{"reasoning_details":[{"type":"reasoning.encrypted","data":"xyz"}]}"""),
            Call("c1", "one") with { Metadata = Json("""{"extra_content":{"google":{"thought_signature":"sig"}}}""") })) with { Model = TestModel with { ReasoningField = "reasoning_details" } });
        var message = body.GetProperty("messages")[2];
        Assert.Equal("xyz", message.GetProperty("reasoning_details")[0].GetProperty("data").GetString());
        Assert.Equal("sig", message.GetProperty("tool_calls")[0].GetProperty("extra_content").GetProperty("google").GetProperty("thought_signature").GetString());
    }

    [Fact]
    public async Task Settings_of_the_request_win_over_the_variant_and_the_model()
    {
        var model = TestModel with
        {
            OutputLimit = 4_000,
            Options = TestModel.Options.Add("temperature", Json("0.1")).Add("topP", Json("0.5")),
            Variants = TestModel.Variants.Add("high", TestModel.Options.Add("reasoningEffort", Json("\"high\"")).Add("top_p", Json("0.6"))),
        };
        var body = await BodyAsync(Request() with { Model = model, Variant = "high", Options = TestModel.Options.Add("temperature", Json("0.7")) });
        Assert.Equal((0.7, 0.6, "high", 4_000), (body.GetProperty("temperature").GetDouble(), body.GetProperty("top_p").GetDouble(), body.GetProperty("reasoning_effort").GetString(), body.GetProperty("max_tokens").GetInt32()));
    }

    [Fact]
    public async Task Each_request_begins_with_the_bytes_of_the_one_before()
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok") with { Repeat = true });
        var provider = Provider(server);
        var request = Request(User("Make the tests pass."));
        for (var step = 0; step < 50; step++)
        {
            await AskAsync(provider, request);
            request = request with { Messages = request.Messages.Add(Answer(Text($"Step {step}"), Call($"call_{step}", new string('x', 200)))) };
        }

        foreach (var (before, after) in server.Prompts.Zip(server.Prompts.Skip(1)))
        {
            var shared = before.Body.AsSpan().CommonPrefixLength(after.Body);
            Assert.True(shared >= before.Body.Length - 2, $"{shared} of {before.Body.Length} bytes are shared.");
            Assert.True(after.Body.Length > before.Body.Length + 200);
        }

        var reloaded = request with { Messages = [.. request.Messages.Select(message => message with { Parts = [.. message.Parts] })], System = new string(request.System.AsSpan()) };
        await AskAsync(provider, request);
        await AskAsync(Provider(server), reloaded);
        Assert.Equal(server.Prompts[^2].Body, server.Prompts[^1].Body);
    }

    [Fact]
    public async Task Uses_one_connection_for_all_requests()
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok") with { Repeat = true });
        var connections = 0;
        using var handler = MiMoCode.Providers.Http.Transport.CreateHandler();
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            Interlocked.Increment(ref connections);
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        var provider = new ProviderFactory(handler, TimeProvider.System).Create(new("test") { BaseUrl = server.BaseUrl }, null);
        for (var step = 0; step < 20; step++)
            await AskAsync(provider);
        Assert.Equal(1, connections);
    }

    private static async Task<JsonElement> BodyAsync(ModelRequest request, string provider = "test")
    {
        await using var server = await ModelServer.StartAsync(Reply.Say("ok"));
        await AskAsync(Provider(server, provider), request);
        return server.Prompts[0].Json.Clone();
    }
}
