using System.Net;
using System.Net.Sockets;
using System.Text;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Engine.Tools.Web;

namespace MiMoCode.Tests.Tools;

public sealed class WebFetchToolTests : IAsyncDisposable
{
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ended = new();
    private readonly Dictionary<string, string> answers = [];
    private readonly Task serving;
    private readonly string origin;
    private Func<string, IPAddress> addressOf = _ => IPAddress.Loopback;

    public WebFetchToolTests()
    {
        server.Start();
        origin = $"http://site.local:{((IPEndPoint)server.LocalEndpoint).Port}";
        serving = ServeAsync();
    }

    [Fact]
    public async Task Gives_a_page_as_Markdown_text_or_HTML()
    {
        const string html = "<html><head><title>T</title><script>evil()</script></head><body><h1>Hi</h1><p>A <a href=\"/b\">link</a> &amp; more</p></body></html>";
        Answer("/page", html, "text/html; charset=utf-8");
        Answer("/json", "{\"a\":1}", "application/json");
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        var tool = new WebFetchTool(pages);
        Assert.Equal($"# T\n\n# Hi\n\nA [link]({origin}/b) & more", (await tools.RunAsync(tool, new { url = origin + "/page" })).Output);
        Assert.Equal("T\n\nHi\n\nA link & more", (await tools.RunAsync(tool, new { url = origin + "/page", format = "text" })).Output);
        Assert.Equal(html, (await tools.RunAsync(tool, new { url = origin + "/page", format = "html" })).Output);
        Assert.Equal("{\"a\":1}", (await tools.RunAsync(tool, new { url = origin + "/json" })).Output);
    }

    [Fact]
    public async Task A_private_address_is_a_second_thing_to_ask_about()
    {
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        var near = await tools.PlanAsync(new WebFetchTool(pages), new { url = origin + "/x?y=1" });
        Assert.False(near.Exclusive);
        Assert.Equal([origin + "/x?y=1", "private:" + origin["http://".Length..]], near.Accesses.Select(access => access.Pattern));
        Assert.Equal(origin + "/*", near.Accesses[0].AlwaysPattern);
        foreach (var host in (string[])["localhost", "printer", "router.local", "[::1]", "2130706433", "0x7f.1", "169.254.169.254"])
            Assert.Equal(2, (await tools.PlanAsync(new WebFetchTool(pages), new { url = $"http://{host}/" })).Accesses.Length);
    }

    [Fact]
    public async Task Planning_looks_no_name_up()
    {
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        addressOf = _ => throw new InvalidOperationException("a name server was asked");
        Assert.Single((await tools.PlanAsync(new WebFetchTool(pages), new { url = "https://secret.example.com/" })).Accesses);
    }

    [Fact]
    public async Task A_public_name_that_leads_to_this_machine_is_not_connected_to()
    {
        Answer("/", "secret", "text/plain");
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        var plan = await tools.PlanAsync(new WebFetchTool(pages), new { url = origin.Replace("site.local", "public.example.com", StringComparison.Ordinal) + "/" });
        var error = await Assert.ThrowsAsync<ToolException>(() => plan.RunAsync(CancellationToken.None));
        Assert.Contains("leads to this machine or its network", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_only_what_was_judged_and_tells_of_the_rest()
    {
        answers["/near"] = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        answers["/far"] = "HTTP/1.1 301 Moved\r\nLocation: http://other.example/x\r\nContent-Length: 0\r\n\r\n";
        answers["/circle"] = "HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\n\r\n";
        Answer("/there", "arrived", "text/plain");
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        var tool = new WebFetchTool(pages);
        Assert.Equal("arrived", (await tools.RunAsync(tool, new { url = origin + "/near" })).Output);
        Assert.StartsWith("The page has moved to http://other.example/x.", (await tools.RunAsync(tool, new { url = origin + "/far" })).Output, StringComparison.Ordinal);
        Assert.Contains("more than 5 times", await tools.FailAsync(tool, new { url = origin + "/circle" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_what_went_wrong()
    {
        answers["/missing"] = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        answers["/large"] = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n";
        answers["/silent"] = "";
        Answer("/picture", "GIF89a", "image/gif");
        await using var tools = await ToolFixture.OpenAsync();
        using var pages = Pages();
        var tool = new WebFetchTool(pages);
        Assert.Contains("answers 404", await tools.FailAsync(tool, new { url = origin + "/missing" }), StringComparison.Ordinal);
        Assert.Contains("larger than 5 MB", await tools.FailAsync(tool, new { url = origin + "/large" }), StringComparison.Ordinal);
        Assert.Contains("image/gif", await tools.FailAsync(tool, new { url = origin + "/picture" }), StringComparison.Ordinal);
        Assert.Contains("did not answer within 1 s", await tools.FailAsync(tool, new { url = origin + "/silent", timeout = 1 }), StringComparison.Ordinal);
        foreach (var url in new[] { "", "site.example", "file:///etc/passwd", "ftp://site.example/", "http://user:word@site.example/" })
            Assert.NotEmpty(await tools.FailAsync(tool, new { url }));
        addressOf = _ => throw new SocketException((int)SocketError.HostNotFound);
        Assert.Contains("site.local was not found", await tools.FailAsync(tool, new { url = origin }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.0.1", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("64:ff9b::a00:1", true)]
    [InlineData("2002:7f00:1::", true)]
    [InlineData("2606:4700::1111", false)]
    public void Knows_what_is_near(string address, bool isPrivate) =>
        Assert.Equal(isPrivate, PrivateAddress.Contains(IPAddress.Parse(address)));

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        server.Stop();
        await serving;
        ended.Dispose();
    }

    private WebPages Pages() => new((host, _) => Task.FromResult<IPAddress[]>([addressOf(host)]), TimeProvider.System);

    private void Answer(string path, string body, string type) =>
        answers[path] = $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(AnswerAsync(await server.AcceptTcpClientAsync(ended.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(TcpClient connection)
    {
        using (connection)
        {
            try
            {
                var reader = new StreamReader(connection.GetStream());
                var path = (await reader.ReadLineAsync(ended.Token))!.Split(' ')[1];
                while (await reader.ReadLineAsync(ended.Token) is { Length: > 0 })
                {
                }

                await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answers[path]), ended.Token);
                if (answers[path].Length > 0)
                    return;
                await reader.ReadLineAsync(ended.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}
