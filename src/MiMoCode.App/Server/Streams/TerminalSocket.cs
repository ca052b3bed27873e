using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MiMoCode.Engine.Features.Terminals;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Streams;

/// <summary>
/// A terminal over a WebSocket: what is written comes as text, what comes is typed. After what was written before stands one binary
/// message, a zero and <c>{"cursor":N}</c>: a client that comes back with that cursor goes on there.
/// </summary>
internal sealed class TerminalSocket(OpenTerminal terminal, TimeProvider clock)
{
    private const int MostTyped = 64 << 10;

    /// <summary>A client that takes longer for one message does not read.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs until the client goes, the terminal ends or the token says so.</summary>
    /// <param name="http">The request to upgrade.</param>
    /// <param name="cursor">Where to begin; null: at the oldest that is kept, negative: at the end.</param>
    /// <param name="ended">The server ends.</param>
    /// <exception cref="UserException">The request is none for a WebSocket.</exception>
    public async Task RunAsync(HttpContext http, long? cursor, CancellationToken ended)
    {
        using var socket = await AcceptAsync(http);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, ended);
        var typing = TypeAsync(socket, over.Token);
        try
        {
            await WriteAsync(socket, cursor, over.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "the terminal has ended", CancellationToken.None).WaitAsync(Patience, clock, CancellationToken.None);
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException or TimeoutException)
        {
            // The client or we ourselves went away; the terminal stays.
        }

        await over.CancelAsync();
        socket.Abort();
        await typing;
    }

    private static async Task<WebSocket> AcceptAsync(HttpContext http)
    {
        const string magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        var headers = http.Request.Headers;
        if (http.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade
            || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)
            || headers.SecWebSocketVersion != "13" || headers.SecWebSocketKey is not [{ Length: > 0 } key])
        {
            throw new UserException("This is a WebSocket.", 2, 403);
        }

        http.Response.Headers.Connection = "Upgrade";
        http.Response.Headers.Upgrade = "websocket";
#pragma warning disable CA5350 // The protocol says so; nothing is protected by it.
        http.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + magic)));
#pragma warning restore CA5350
        return WebSocket.CreateFromStream(await upgrade.UpgradeAsync(), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.FromSeconds(30) });
    }

    private async Task WriteAsync(WebSocket socket, long? cursor, CancellationToken cancellationToken)
    {
        var before = terminal.Output.End;
        var (place, told) = (cursor is < 0 ? before : cursor ?? 0, false);
        while (true)
        {
            if (!told && place >= before)
            {
                var mark = Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\0{{\"cursor\":{place}}}"));
                await SendAsync(socket, mark, WebSocketMessageType.Binary, cancellationToken);
                told = true;
            }

            if (await terminal.Output.ReadAsync(place, cancellationToken) is not var (text, next))
                return;
            await SendAsync(socket, Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, cancellationToken);
            place = next;
        }
    }

    private async Task SendAsync(WebSocket socket, byte[] message, WebSocketMessageType type, CancellationToken cancellationToken)
    {
        var sent = socket.SendAsync(message, type, endOfMessage: true, cancellationToken);
        if (!sent.IsCompletedSuccessfully)
            await sent.WaitAsync(Patience, clock, cancellationToken);
    }

    private async Task TypeAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MostTyped];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { MessageType: not WebSocketMessageType.Close } received)
                await terminal.Process.TypeAsync(buffer.AsMemory(0, received.Count), cancellationToken);
            socket.Abort();
        }
        catch (Exception gone) when (gone is OperationCanceledException or WebSocketException or IOException)
        {
            // The other half ends as well, by the end of the connection.
        }
    }
}
