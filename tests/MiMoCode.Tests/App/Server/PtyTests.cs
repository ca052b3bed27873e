using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using MiMoCode.App.Server;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Terminals over HTTP, with real shells on real pseudo terminals.</summary>
public sealed class PtyTests
{
    private static readonly string Login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{ServerHarness.Password}"));

    [Fact]
    public async Task Types_into_a_shell_and_reads_what_it_says()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await CreateAsync(server, """{"command":"/bin/sh","env":{"PS1":"$ "},"title":"mine"}""");
        await server.SendAsync(HttpMethod.Put, $"/pty/{id}", """{"size":{"rows":33,"cols":111}}""");
        using var socket = await ConnectAsync(server, id);
        await TypeAsync(socket, "stty size; tty | sed s,/[0-9]*$,,; echo $((6*7))é$TERM; exit 3\n");
        var seen = await ReadToEndAsync(socket);
        Assert.Contains("33 111", seen, StringComparison.Ordinal);
        Assert.Contains("\n/dev/pts", seen, StringComparison.Ordinal);
        Assert.Contains("42éxterm-256color", seen, StringComparison.Ordinal);
        var (status, info) = await server.AskAsync(HttpMethod.Get, $"/pty/{id}");
        Assert.Equal((HttpStatusCode.OK, "exited", 3, "mine"), (status, info.GetProperty("status").GetString(), info.GetProperty("exitCode").GetInt32(), info.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task Goes_on_where_a_client_was_and_tells_others_nothing_of_it()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await CreateAsync(server, """{"command":"/bin/sh","args":["-c","echo one; read x; echo two; read x"]}""");
        using var first = await ConnectAsync(server, id);
        Assert.Equal("one", (await UntilAsync(first, "one")).Trim());
        first.Abort();
        using var second = await ConnectAsync(server, id, "&cursor=5");
        await TypeAsync(second, "\n");
        Assert.DoesNotContain("one", await UntilAsync(second, "two"), StringComparison.Ordinal);
        using var third = await ConnectAsync(server, id, "&cursor=0");
        Assert.StartsWith("one", await UntilAsync(third, "two"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ends_whatever_runs_in_it_when_it_is_closed_and_when_the_server_ends()
    {
        string[] left;
        await using (var server = await ServerHarness.StartAsync())
        {
            var closed = await ChildAsync(server);
            Assert.True((await server.SendAsync(HttpMethod.Delete, $"/pty/{closed.Id}")).GetBoolean());
            Assert.False(Directory.Exists($"/proc/{closed.Child}"));
            Assert.Equal(HttpStatusCode.NotFound, (await server.AskAsync(HttpMethod.Get, $"/pty/{closed.Id}")).Status);
            left = [(await ChildAsync(server)).Child];
        }

        Assert.All(left, child => Assert.False(Directory.Exists($"/proc/{child}")));
    }

    [Fact]
    public async Task Lets_nobody_in_without_a_login_or_a_ticket_which_is_good_once()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await CreateAsync(server, """{"command":"/bin/cat"}""");
        await RefusedAsync(server, $"/pty/{id}/connect", 401);
        await RefusedAsync(server, $"/pty/{id}/connect?auth_token={Login}", 403, ("Origin", "http://evil.example"));
        var ticket = (await server.PostAsync($"/pty/{id}/connect-token", "{}")).GetProperty("ticket").GetString();
        using (var client = new ClientWebSocket())
            await client.ConnectAsync(Address(server, $"/pty/{id}/connect?ticket={ticket}"), CancellationToken.None);
        await RefusedAsync(server, $"/pty/{id}/connect?ticket={ticket}", 401);
        var other = (await server.PostAsync($"/pty/{id}/connect-token", "{}")).GetProperty("ticket").GetString();
        await RefusedAsync(server, $"/session?ticket={other}", 401);
    }

    [Theory]
    [InlineData("""{"cwd":"/etc"}""", 403)]
    [InlineData("""{"cwd":"../.."}""", 403)]
    [InlineData("""{"cwd":"none"}""", 400)]
    [InlineData("""{"cwd":"a\u0000b"}""", 400)]
    [InlineData("""{"env":{"A=B":"c"}}""", 400)]
    public async Task Refuses_what_cannot_be(string body, int status)
    {
        await using var server = await ServerHarness.StartAsync();
        Assert.Equal(status, (int)(await server.AskAsync(HttpMethod.Post, "/pty", body)).Status);
        Assert.Equal(0, (await server.GetAsync("/pty")).GetArrayLength());
    }

    [Fact]
    public async Task Says_in_the_terminal_why_a_program_cannot_be_started()
    {
        await using var server = await ServerHarness.StartAsync();
        var id = await CreateAsync(server, """{"command":"/no/such/program"}""");
        using var socket = await ConnectAsync(server, id);
        Assert.Contains("/no/such/program", await ReadToEndAsync(socket), StringComparison.Ordinal);
        Assert.Equal(127, (await server.GetAsync($"/pty/{id}")).GetProperty("exitCode").GetInt32());
    }

    private static async Task<(string Id, string Child)> ChildAsync(ServerHarness server)
    {
        var id = await CreateAsync(server, """{"command":"/bin/sh","args":["-c","setsid sleep 1000 & echo at $!.; wait"]}""");
        using var socket = await ConnectAsync(server, id);
        var said = await UntilAsync(socket, ".");
        return (id, said.Split("at ")[1].Split('.')[0]);
    }

    private static async Task<string> CreateAsync(ServerHarness server, string body) => (await server.PostAsync("/pty", body)).GetProperty("id").GetString()!;

    private static Uri Address(ServerHarness server, string path) => new($"ws://{server.Url.Authority}{path}");

    private static async Task<ClientWebSocket> ConnectAsync(ServerHarness server, string id, string more = "")
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(Address(server, $"/pty/{id}/connect?auth_token={Login}{more}"), CancellationToken.None);
        return client;
    }

    private static async Task RefusedAsync(ServerHarness server, string path, int status, params (string Name, string Value)[] headers)
    {
        using var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
            client.Options.SetRequestHeader(name, value);
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(Address(server, path), CancellationToken.None));
        Assert.Equal(status, (int)client.HttpStatusCode);
    }

    private static Task TypeAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    private static Task<string> ReadToEndAsync(ClientWebSocket socket) => UntilAsync(socket, null);

    private static async Task<string> UntilAsync(ClientWebSocket socket, string? text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var (seen, buffer) = (new StringBuilder(), new byte[64 << 10]);
        while (text is null || !seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var received = await socket.ReceiveAsync(buffer, patience.Token);
            if (received.MessageType is WebSocketMessageType.Close)
                break;
            if (received.MessageType is WebSocketMessageType.Text)
                seen.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            else
                Assert.True(JsonDocument.Parse(buffer.AsMemory(1, received.Count - 1)).RootElement.GetProperty("cursor").GetInt64() >= 0);
        }

        return seen.ToString();
    }
}
