using System.Net;
using System.Net.Sockets;

namespace MiMoCode.App.Server.Announcing;

/// <summary>
/// Tells the local network of the server (multicast DNS, RFC 6762): announces it, answers who asks, and takes it back at the end. What
/// cannot be sent is not told; nothing else suffers from it.
/// </summary>
internal sealed class MulticastResponder : IAsyncDisposable
{
    private const int Port = 5353, LargestMessage = 9000, MostFailures = 16;
    private static readonly IPAddress Group = IPAddress.Parse("224.0.0.251");
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2), PlainLife = TimeSpan.FromSeconds(10), Again = TimeSpan.FromSeconds(1);

    private readonly Announcement announcement;
    private readonly Socket socket;
    private readonly IPEndPoint everybody;
    private readonly CancellationTokenSource stop = new();
    private readonly Task answering;
    private readonly Task announcing;

    private MulticastResponder(Announcement announcement, Socket socket, int port, TimeProvider clock)
    {
        (this.announcement, this.socket) = (announcement, socket);
        everybody = new IPEndPoint(Group, port);
        answering = AnswerAsync();
        announcing = AnnounceAsync(clock);
    }

    /// <summary>Tells of a server; null, and why, when nobody would hear of it.</summary>
    /// <param name="url">Where it listens.</param>
    /// <param name="domain">The name it is to be known by.</param>
    /// <param name="clock">Says when to tell it once more.</param>
    /// <param name="warn">Hears why not.</param>
    public static MulticastResponder? TryStart(Uri url, string domain, TimeProvider clock, Action<string> warn)
    {
        if (HttpServer.IsLoopback(url.Host))
        {
            warn("only this machine reaches the server, so it is not announced; --hostname says on which address others do");
            return null;
        }

        try
        {
            var address = IPAddress.Parse(url.Host);
            var own = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? OwnAddress() : address;
            if (own.AddressFamily is AddressFamily.InterNetwork)
                return Start(new Announcement(domain, url.Port, [own]), own, clock);
            warn("the server is announced in networks of IP version 4 only, where it does not listen");
        }
        catch (SocketException failure)
        {
            warn($"the server cannot be announced: {failure.Message}");
        }

        return null;
    }

    /// <summary>The address of this machine in the network that what is sent to everybody goes to. Nothing is sent by this.</summary>
    private static IPAddress OwnAddress()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(Group, Port);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }

    /// <summary>Answers from when this returns.</summary>
    /// <param name="announcement">What is told.</param>
    /// <param name="own">The own address (version 4) in the network that is told.</param>
    /// <param name="clock">Says when to tell it once more.</param>
    /// <param name="port">Another one for tests.</param>
    /// <exception cref="SocketException">This machine cannot do that.</exception>
    public static MulticastResponder Start(Announcement announcement, IPAddress own, TimeProvider clock, int port = Port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // Others on this machine listen on the same port.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 255);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, own));
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, own.GetAddressBytes());
            return new MulticastResponder(announcement, socket, port, clock);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await announcing;
        await answering;
        Tell(DnsWire.Answer(announcement.Records, TimeSpan.Zero));
        socket.Dispose();
        stop.Dispose();
    }

    /// <summary>Twice, because the first may be lost.</summary>
    private async Task AnnounceAsync(TimeProvider clock)
    {
        var message = DnsWire.Answer(announcement.Records, Life);
        Tell(message);
        try
        {
            await Task.Delay(Again, clock, stop.Token);
            Tell(message);
        }
        catch (OperationCanceledException)
        {
            // It ended before.
        }
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[LargestMessage];
        for (var failures = 0; failures < MostFailures && !stop.IsCancellationRequested; failures++)
        {
            try
            {
                var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                await AnswerAsync(buffer.AsMemory(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
                failures = -1;
            }
            catch (Exception gone) when (gone is OperationCanceledException or SocketException)
            {
                // The end, or somebody who asked and went.
            }
        }
    }

    private async Task AnswerAsync(ReadOnlyMemory<byte> query, IPEndPoint asker)
    {
        var questions = DnsWire.Questions(query.Span);
        var answers = announcement.AnswersTo(questions);
        if (answers.IsEmpty)
            return;
        if (asker.Port != everybody.Port)
            await socket.SendToAsync(DnsWire.Answer(answers, PlainLife, query.Span), SocketFlags.None, asker, stop.Token);
        else if (questions.All(question => question.WantsUnicast))
            await socket.SendToAsync(DnsWire.Answer(answers, Life), SocketFlags.None, asker, stop.Token);
        else
            Tell(DnsWire.Answer(answers, Life));
    }

    private void Tell(byte[] message)
    {
        try
        {
            socket.SendTo(message, everybody);
        }
        catch (SocketException)
        {
            // The network is gone.
        }
    }
}
