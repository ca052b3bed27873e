using System.Globalization;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;
using Xunit.Abstractions;

namespace MiMoCode.Tests.Providers;

/// <summary>Each request begins with the bytes of the one before, so that a provider's cache can serve them.</summary>
public sealed class PrefixTests(ITestOutputHelper output)
{
    private const int Steps = 200;

    [Fact]
    public async Task Of_each_request_at_least_99_percent_were_sent_before_and_a_restart_changes_none_of_it()
    {
        await using var harness = await WorkspaceHarness.StartAsync(Answer, context: 1_000_000);
        await harness.AskAsync("Work for long");
        var (again, total) = (0L, 0L);
        for (var number = 1; number < harness.Requests.Count; number++)
        {
            var (before, now) = (harness.Requests[number - 1].Body, harness.Requests[number].Body);
            var common = before.AsSpan().CommonPrefixLength(now);
            Assert.True(common == before.Length - "]}".Length, $"request {number + 1} differs from the one before at byte {common} of {before.Length}");
            (again, total) = (again + common, total + now.Length);
        }

        var share = 100.0 * again / total;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{harness.Requests.Count} requests: {share:0.00} % of their {total:#,0} bytes are a prefix that was sent before"));
        Assert.Equal(Steps + 1, harness.Requests.Count);
        Assert.True(share >= 99, $"only {share:0.00} %");

        var last = harness.Requests[^1].Body;
        await harness.RestartAsync();
        await harness.AskAsync("And once more");
        Assert.Equal(last.Length - "]}".Length, last.AsSpan().CommonPrefixLength(harness.Requests[^1].Body));
    }

    private static Reply Answer(ReceivedRequest request) => request.Number switch
    {
        > Steps => Reply.Say("Done."),
        var number when number % 3 is 0 => Reply.Call("write", new { filePath = $"file{number}.txt", content = $"line {number}\n" }),
        var number when number % 3 is 1 => Reply.Call("read", new { filePath = "readme.md", offset = 0, limit = number }),
        var number => Reply.Call("grep", new { pattern = $"line {number}" }) with { Text = $"Looking for {number}." },
    };
}
