using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.App.Server;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Runs beside no other test: it looks at what the whole process holds.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What every route of the table withstands, whatever is sent to it by somebody who may come in.</summary>
[Collection(nameof(Alone))]
public sealed partial class RouteSafetyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("/etc", 403)]
    [InlineData("/", 403)]
    [InlineData("relative", 400)]
    [InlineData("{root}/../..", 400)]
    [InlineData("{root}/%2e%2e/x", 400)]
    [InlineData("/tmp\0/x", 400)]
    public async Task No_route_opens_a_folder_that_may_not_be(string directory, int status)
    {
        await using var server = await ServerHarness.StartAsync();
        var query = Uri.EscapeDataString(directory.Replace("{root}", server.Project.Root, StringComparison.Ordinal));
        var wrong = new List<string>();
        foreach (var route in Routes.All.Where(route => route.Scope is not Scope.Global))
        {
            using var request = RequestOf(route, "x", $"directory={query}", "{}");
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if ((int)response.StatusCode != status)
                wrong.Add($"{route.Method} {route.Path}: {(int)response.StatusCode}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task No_route_reads_a_body_that_is_too_large()
    {
        await using var server = await ServerHarness.StartAsync();
        var session = await server.NewSessionAsync();
        foreach (var route in Routes.All.Where(route => route.Body is not null))
        {
            using var request = RequestOf(route, session, "", null);
            request.Content = new Endless(route.MostBytes + 1);
            request.Headers.ExpectContinue = true;
            using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(response.StatusCode is HttpStatusCode.RequestEntityTooLarge, $"{route.Method} {route.Path}: {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Answers_whatever_is_sent_and_loses_nothing_over_it()
    {
        var count = Environment.GetEnvironmentVariable("MIMOCODE_NIGHTLY") is null ? 1_500 : 20_000;
        await using var server = await ServerHarness.StartAsync();
        string[] names = ["x", "ses_none", await server.NewSessionAsync(), "..%2f..%2fetc", "%2e%2e%2f", "%252e%252e%252f", "%00", "%F0%9F%8E%89", "%ff%fe", new string('a', 4000), "-1", "'%20or%201=1--"];
        var random = new Random(20260217);
        var wrong = new List<string>();
        var before = 0L;
        for (var i = 0; i < count; i++)
        {
            if (i == count / 3)
                before = GC.GetTotalMemory(forceFullCollection: true);
            using var request = Nasty(random, names);
            var start = Stopwatch.GetTimestamp();
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                using var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
                if (response.Content.Headers.ContentType?.MediaType is "text/event-stream")
                    continue;
                var body = await response.Content.ReadAsStringAsync(deadline.Token);
                if ((int)response.StatusCode >= 500)
                    wrong.Add($"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {body}");
            }
            catch (OperationCanceledException)
            {
                wrong.Add($"{request.Method} {request.RequestUri}: no answer after {Stopwatch.GetElapsedTime(start)}");
            }
        }

        Assert.True(wrong.Count is 0, $"{string.Join('\n', wrong.Distinct().Take(20))}\n{server.Log}");
        Assert.Empty(server.Log);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 << 20);
    }

    private static HttpRequestMessage Nasty(Random random, string[] names)
    {
        string[] bodies =
        [
            "{}", "null", "[]", "0", "\"\"", "{", "{\"", new string('[', 2000), """{"parts":null}""", """{"parts":[{"type":"text"}]}""", """{"title":{}}""", """{"messageID":5}""",
            """{"parts":[{"type":"file","mime":"x","url":"file:///etc/passwd"}],"noReply":true}""", """{"command":"","arguments":null}""", """{"command":"\u0000","agent":"none"}""",
            """{"type":"api","key":""}""", """{"reply":"perhaps"}""", """{"answers":[["a"],null]}""", """{"permission":[{"permission":"*","pattern":"*","action":"allow?"}]}""",
            """{"time":{"archived":1e300}}""", """{"messageID":"msg_none","partID":"\ud800"}""", "{\"title\":\"" + new string('x', 200_000) + "\"}",
        ];
        string[] queries = ["", "limit=-1", "limit=1e309", "limit=x", "before=%00", "before=eyJ9", "start=99999999999999999", "path=../../etc/passwd", "path=%00", "pattern=(", "pattern=(a%2B)%2B$", "query=%ff", "roots=maybe", "messageID=msg_none", "mode=x", "name=../x", "line=0"];
        var route = Routes.All[random.Next(Routes.All.Length)];
        var method = random.Next(10) is 0 ? ((string[])["TRACE", "HEAD", "PUT", "DELETE", "PATCH", "FOO"])[random.Next(6)] : route.Method;
        var request = RequestOf(route with { Method = method }, names[random.Next(names.Length)], queries[random.Next(queries.Length)], method is "GET" or "HEAD" or "TRACE" ? null : bodies[random.Next(bodies.Length)]);
        if (random.Next(20) is 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", names[random.Next(names.Length)]);
        return request;
    }

    private static HttpRequestMessage RequestOf(Route route, string name, string query, string? body)
    {
        var request = new HttpRequestMessage(new HttpMethod(route.Method), $"{Names().Replace(route.Path, name).TrimStart('/')}?{query}");
        if (body is not null && route.Method is not "GET")
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Names();

    /// <summary>Spaces without end, so many of them announced or, in chunks, none.</summary>
    private sealed class Endless : HttpContent
    {
        private readonly long length;

        public Endless(long length)
        {
            this.length = length;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var spaces = Encoding.ASCII.GetBytes(new string(' ', 64 << 10));
            for (var sent = 0L; sent <= length; sent += spaces.Length)
                await stream.WriteAsync(spaces);
        }

        protected override bool TryComputeLength(out long announced)
        {
            announced = length;
            return true;
        }
    }
}
