using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MiMoCode.App.Server.Announcing;

namespace MiMoCode.Tests.App.Server;

/// <summary>How the local network hears of a server.</summary>
public sealed class AnnouncingTests
{
    private static readonly Announcement Server = new("mimocode.local", 4096, [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7")]);

    [Theory]
    [InlineData("_services._dns-sd._udp.local", DnsWire.Ptr, "_http._tcp.local")]
    [InlineData("_HTTP._tcp.local", DnsWire.Ptr, "mimocode-4096._http._tcp.local", "mimocode.local:4096", "path=/", "192.0.2.7", "2001:db8::7")]
    [InlineData("mimocode-4096._http._tcp.local", DnsWire.Any, "mimocode.local:4096", "path=/")]
    [InlineData("mimocode.local", DnsWire.A, "192.0.2.7")]
    [InlineData("mimocode.local", DnsWire.Aaaa, "2001:db8::7")]
    [InlineData("other.local", DnsWire.Any)]
    [InlineData("mimocode.local", DnsWire.Txt)]
    public void Answers_what_it_is_asked_for(string name, ushort type, params string[] expected) =>
        Assert.Equal(expected, Server.AnswersTo([new DnsQuestion(name, type, false)]).Select(Shown));

    [Fact]
    public void Reads_questions_as_they_are_sent_with_names_that_share_their_ends()
    {
        byte[] query = [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, .. DnsWire.Name("_http._tcp.local"), 0, 12, 0, 1, 3, (byte)'a', (byte)'-', (byte)'b', 0xC0, 12, 0, 33, 0x80, 1];
        Assert.Equal([new DnsQuestion("_http._tcp.local", DnsWire.Ptr, false), new DnsQuestion("a-b._http._tcp.local", DnsWire.Srv, true)], DnsWire.Questions(query));
    }

    [Fact]
    public void Withstands_whatever_is_sent()
    {
        var random = new Random(7);
        byte[] circle = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 1, 0, 1];
        Assert.Empty(DnsWire.Questions(circle));
        var query = Query("_http._tcp.local", DnsWire.Ptr);
        for (var i = 0; i < 20_000; i++)
        {
            var message = query[..random.Next(query.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && message.Length > 0; changes--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            Server.AnswersTo(DnsWire.Questions(message));
        }
    }

    [Fact]
    public async Task Announces_answers_and_takes_back()
    {
        using var network = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        network.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        network.Bind(new IPEndPoint(IPAddress.Any, 0));
        network.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(IPAddress.Parse("224.0.0.251"), IPAddress.Loopback));
        var port = ((IPEndPoint)network.LocalEndPoint!).Port;
        await using (MulticastResponder.Start(Server, IPAddress.Loopback, TimeProvider.System, port))
        {
            Assert.Equal(120u, LifeOf(await ReceiveAsync(network)));
            using var asker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            asker.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
            var query = Query("mimocode.local", DnsWire.A);
            await asker.SendToAsync(query, new IPEndPoint(IPAddress.Parse("224.0.0.251"), port));
            var answer = await ReceiveAsync(asker);
            Assert.Equal(query[..2], answer[..2]);
            Assert.Equal("192.0.2.7", new IPAddress(answer.AsSpan(answer.Length - 4)).ToString());
        }

        byte[] last;
        do
            last = await ReceiveAsync(network);
        while (LifeOf(last) is not 0);
    }

    private static byte[] Query(string name, ushort type) => [9, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. DnsWire.Name(name), .. DnsWire.Bytes(type), 0, 1];

    /// <summary>Of the first record of a message without questions; of others something that no record has.</summary>
    private static uint LifeOf(byte[] message) =>
        message[5] is 0 && message[7] > 0 ? BinaryPrimitives.ReadUInt32BigEndian(message.AsSpan(12 + DnsWire.Name("_services._dns-sd._udp.local").Length + 4)) : uint.MaxValue;

    private static async Task<byte[]> ReceiveAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[2000];
        return buffer[..await socket.ReceiveAsync(buffer, patience.Token)];
    }

    private static string Shown(DnsRecord record) => record.Type switch
    {
        DnsWire.A or DnsWire.Aaaa => new IPAddress(record.Value).ToString(),
        DnsWire.Ptr => NameOf(record.Value),
        DnsWire.Srv => $"{NameOf(record.Value[6..])}:{BinaryPrimitives.ReadUInt16BigEndian(record.Value.AsSpan(4))}",
        _ => Encoding.ASCII.GetString(record.Value, 1, record.Value[0]),
    };

    private static string NameOf(byte[] name) =>
        Assert.Single(DnsWire.Questions([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name, 0, 1, 0, 1])).Name;
}
