using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.App.Server;
using MiMoCode.App.Server.Access;
using MiMoCode.Protocol;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Who comes in, from where, and with what.</summary>
public sealed partial class AccessTests
{
    [Fact]
    public async Task Lets_nobody_in_without_the_password_on_any_route_of_the_table()
    {
        await using var server = await ServerHarness.StartAsync();
        using var stranger = server.NewClient(null);
        using var liar = server.NewClient("wrong");
        Assert.InRange(Routes.All.Length, 80, 200);
        foreach (var route in Routes.All)
        {
            foreach (var client in new[] { stranger, liar })
            {
                using var request = new HttpRequestMessage(new HttpMethod(route.Method), Names().Replace(route.Path, "x").TrimStart('/'));
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.True(response.StatusCode is HttpStatusCode.Unauthorized, $"{route.Method} {route.Path}: {response.StatusCode}");
            }
        }

        using var unknown = await stranger.GetAsync("no/such/route");
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic bWltb2NvZGU=")]
    [InlineData("Bearer open sesame")]
    [InlineData("Basic")]
    public async Task Refuses_credentials_that_are_none(string header)
    {
        await using var server = await ServerHarness.StartAsync();
        using var client = server.NewClient(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("session")).StatusCode);
    }

    [Fact]
    public async Task Takes_the_password_from_the_query_for_clients_that_cannot_set_headers()
    {
        await using var server = await ServerHarness.StartAsync();
        using var client = server.NewClient(null);
        var token = Uri.EscapeDataString(Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{ServerHarness.Password}")));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync($"session?auth_token={token}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("session?auth_token=bm8=")).StatusCode);
    }

    [Fact]
    public async Task Takes_a_secret_path_instead_and_nothing_else()
    {
        await using var server = await ServerHarness.StartAsync(options => options with { Login = Login.WithSecretPath() });
        using var client = server.NewClient(null);
        Assert.Matches("^/key-[0-9a-f]{48}/?$", server.Url.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("session")).StatusCode);
        using var outside = new HttpClient { BaseAddress = new Uri(server.Url.GetLeftPart(UriPartial.Authority)) };
        foreach (var path in new[] { "/session", "/key-/session", "/", server.Url.AbsolutePath.TrimEnd('/') + "x/session" })
            Assert.Equal(HttpStatusCode.Unauthorized, (await outside.GetAsync(path)).StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "http://localhost:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Refuses_what_pages_of_others_send_also_with_the_password(string header, string value)
    {
        await using var server = await ServerHarness.StartAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, "session");
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Empty((await server.GetAsync("/session")).EnumerateArray());
    }

    [Fact]
    public async Task Lets_pages_of_allowed_origins_in_after_a_preflight()
    {
        await using var server = await ServerHarness.StartAsync(options => options with { Origins = ["https://page.example/"] });
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "session");
        preflight.Headers.Add("Origin", "https://page.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var stranger = server.NewClient(null);
        using var allowed = await stranger.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("https://page.example", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());

        using var request = new HttpRequestMessage(HttpMethod.Get, "session");
        request.Headers.Add("Origin", "https://page.example");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.OK, (await server.Client.SendAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, "session"))).StatusCode);
    }

    [Theory]
    [InlineData("text/plain", 403)]
    [InlineData("application/x-www-form-urlencoded", 403)]
    [InlineData("application/xml", 415)]
    [InlineData("nonsense", 415)]
    public async Task Reads_json_only(string type, int status)
    {
        await using var server = await ServerHarness.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "session") { Content = new ByteArrayContent("{}"u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(status, (int)(await server.Client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Refuses_bodies_headers_and_encodings_that_are_too_much()
    {
        await using var server = await ServerHarness.StartAsync();
        var (large, _) = await server.AskAsync(HttpMethod.Post, "/session", $$"""{"title":"{{new string('x', 2 << 20)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);

        using var packed = new HttpRequestMessage(HttpMethod.Post, "session") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        packed.Content.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await server.Client.SendAsync(packed)).StatusCode);

        using var wide = new HttpRequestMessage(HttpMethod.Get, "session");
        wide.Headers.Add("X-Wide", new string('x', 64 << 10));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, (await server.Client.SendAsync(wide)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("session")).StatusCode);
    }

    [Fact]
    public async Task Listens_beyond_this_machine_only_behind_a_password()
    {
        var refused = await Assert.ThrowsAsync<UserException>(() => ServerHarness.StartAsync(options => options with { Host = "0.0.0.0", Login = Login.Open() }));
        Assert.Contains("--no-auth", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Says_that_a_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var failed = await Assert.ThrowsAsync<UserException>(() => ServerHarness.StartAsync(options => options with { Port = port }));
        Assert.Contains($"port {port}", failed.Message, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Names();
}
