using System.Text.Json;
using MiMoCode.Engine.Features.Telemetry;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using ScriptedModels = MiMoCode.TestKit.ModelServer.ModelServer;

namespace MiMoCode.Tests.Features.Telemetry;

/// <summary>What a collector is told of a turn, over the real wire.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Tells_a_collector_of_turns_steps_requests_and_tools_and_nothing_that_was_said()
    {
        await using var collector = await ScriptedModels.StartAsync();
        await TurnAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url), ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b"), ("OTEL_RESOURCE_ATTRIBUTES", "team=blue"));
        var exports = collector.Requests.Where(request => request.Path is "/v1/traces").ToList();
        Assert.All(exports, export => Assert.Equal("a b", export.Headers["x-key"]));
        var spans = exports.SelectMany(export => export.Json.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0].GetProperty("spans").EnumerateArray()).ToList();
        var names = spans.GroupBy(span => span.GetProperty("name").GetString()!.Split(' ')[0]).ToDictionary(group => group.Key, group => group.Count());
        // The title is written by a session of its own, below the first.
        Assert.Equal((2, 2, 3, 3, 1), (names["session"], names["turn"], names["step"], names["chat"], names["execute_tool"]));
        Assert.Single(spans.Select(span => span.GetProperty("traceId").GetString()).Distinct());
        var ids = spans.Select(span => span.GetProperty("spanId").GetString()).ToHashSet();
        Assert.All(spans.Where(span => Name(span) is not "session"), span => Assert.Contains(span.GetProperty("parentSpanId").GetString(), ids));
        var chat = spans.First(span => Name(span) is "chat scripted");
        Assert.Equal("10", Value(chat, "gen_ai.usage.input_tokens").GetProperty("intValue").GetString());
        Assert.True(Value(chat, "mimocode.cost_usd").TryGetProperty("doubleValue", out _));
        Assert.Equal(2, spans.First(span => Name(span) is "execute_tool read").GetProperty("status").GetProperty("code").GetInt32());
        Assert.DoesNotContain("canary", string.Concat(exports.Select(export => export.Text)), StringComparison.Ordinal);
        Assert.Contains("\"team\"", exports[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_held_up_by_no_collector_and_says_once_that_there_is_none()
    {
        var log = await TurnAsync(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:9/secret"));
        Assert.Single(log.Split('\n'), line => line.Contains("telemetry:", StringComparison.Ordinal));
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9", "OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER", "none")]
    public void Makes_nothing_where_nobody_asked(params string[] variables)
    {
        var environment = new EnvironmentVariables(variables.Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1])));
        Assert.Null(OtlpExport.Of(environment, "0", _ => null, Assert.Fail, TimeProvider.System));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4317", "grpc", "http/json")]
    [InlineData("file:///tmp", "http/protobuf", "not an http address")]
    public void Says_once_why_it_sends_nothing(string endpoint, string protocol, string why)
    {
        var said = new List<string>();
        var environment = new EnvironmentVariables([new("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint), new("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]);
        Assert.Null(OtlpExport.Of(environment, "0", _ => null, said.Add, TimeProvider.System));
        Assert.Contains(why, Assert.Single(said), StringComparison.Ordinal);
    }

    /// <summary>A turn with a failing tool call, and the program's end; what the log says.</summary>
    private static async Task<string> TurnAsync(params (string Name, string Value)[] environment)
    {
        var asked = 0;
        await using var mimo = await WorkspaceHarness.StartAsync(
            request => request.ToolNames.Count is 0 ? Reply.Say("canary title") : asked++ is 0 ? Reply.Call("read", new { filePath = "no/canary" }) : Reply.Say("canary said"),
            settings: "\"small_model\":\"test/scripted\",\"logLevel\":\"INFO\"",
            environment: environment.ToDictionary(pair => pair.Name, pair => pair.Value));
        await mimo.AskAsync("a canary asks");
        await mimo.RestartAsync();
        return string.Concat(Directory.EnumerateFiles(Path.Combine(mimo.Project.Home, "mimocode"), "*.log", SearchOption.AllDirectories).Select(File.ReadAllText));
    }

    private static string? Name(JsonElement span) => span.GetProperty("name").GetString();

    private static JsonElement Value(JsonElement span, string key) =>
        span.GetProperty("attributes").EnumerateArray().First(attribute => attribute.GetProperty("key").GetString() == key).GetProperty("value");
}
