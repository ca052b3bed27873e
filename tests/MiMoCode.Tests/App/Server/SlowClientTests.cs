using System.Net.Sockets;
using System.Text;
using MiMoCode.TestKit;

namespace MiMoCode.Tests.App.Server;

/// <summary>Clients that take their time, over bare sockets.</summary>
public sealed class SlowClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Cuts_off_who_never_reads_and_others_do_not_notice()
    {
        const int sessions = 24;
        var clock = new ManualClock();
        await using var server = await ServerHarness.StartAsync(options => options with { Workspace = options.Workspace with { Clock = clock } });
        using var deaf = await ConnectAsync(server, "GET /event");
        Assert.StartsWith("HTTP/1.1 200", await ReadAsync(deaf, 12), StringComparison.Ordinal);
        await using var other = await EventReader.OpenAsync(server.Client);

        // More than the system keeps for both of them.
        var title = new string('x', 500_000);
        for (var i = 0; i < sessions; i++)
            await server.PostAsync("/session", $$"""{"title":"{{title}}"}""");
        var heard = 0;
        while (heard < sessions)
            heard += (await other.NextAsync())?.Type is "session.created" ? 1 : 0;

        await UntilAsync(TimeSpan.FromMilliseconds(20), async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return await IsCutAsync(deaf);
        });
        await server.PostAsync("/session", """{"title":"the end"}""");
        Assert.Equal("the end", (await other.UntilAsync("session.created"))[^1].Properties.GetProperty("info").GetProperty("title").GetString());
    }

    [Theory]
    [InlineData("GET /session", "X: ")]
    [InlineData("POST /session", "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n")]
    [Trait("Category", "Nightly")]
    public async Task Answers_who_sends_a_letter_at_a_time_that_it_is_too_late(string line, string more)
    {
        await using var server = await ServerHarness.StartAsync();
        using var slow = await ConnectAsync(server, line, more);
        var answer = ReadAsync(slow, 12);
        await UntilAsync(TimeSpan.FromMilliseconds(500), async () => answer.IsCompleted || await slow.SendAsync(" "u8.ToArray()) is 0);
        Assert.Equal("HTTP/1.1 408", await answer);
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF\r\n{}")]
    [InlineData("ZZ\r\n{}\r\n0\r\n\r\n")]
    public async Task Refuses_a_body_in_pieces_that_cannot_be(string body)
    {
        await using var server = await ServerHarness.StartAsync();
        using var client = await ConnectAsync(server, "POST /session", $"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        Assert.Equal("HTTP/1.1 400", await ReadAsync(client, 12));
        Assert.Empty(server.Log);
    }

    private static async Task<Socket> ConnectAsync(ServerHarness server, string line, string more = "\r\n")
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(server.Url.Host, server.Url.Port);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"mimocode:{ServerHarness.Password}"));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: {server.Url.Authority}\r\nAuthorization: Basic {login}\r\n{more}"));
        return socket;
    }

    private static async Task<string> ReadAsync(Socket socket, int count)
    {
        var buffer = new byte[count];
        for (var read = 0; read < count;)
            read += await socket.ReceiveAsync(buffer.AsMemory(read)) is > 0 and var more ? more : throw new InvalidOperationException("The connection was closed.");
        return Encoding.ASCII.GetString(buffer);
    }

    /// <summary>What is sent to somebody who has given up comes back as a refusal.</summary>
    private static async Task<bool> IsCutAsync(Socket socket)
    {
        try
        {
            return await socket.SendAsync("\r\n"u8.ToArray()) is 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static async Task UntilAsync(TimeSpan every, Func<Task<bool>> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var ticks = new PeriodicTimer(every);
        while (!await done())
            await ticks.WaitForNextTickAsync(patience.Token);
    }
}
