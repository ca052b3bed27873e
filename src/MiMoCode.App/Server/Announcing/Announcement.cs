using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MiMoCode.App.Server.Announcing;

/// <summary>What is told of the server in the local network: a web service, its name, and where it is.</summary>
/// <param name="Host">The name it is reached by, ending in <c>.local</c>.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Addresses">The addresses of the name.</param>
internal sealed record Announcement(string Host, int Port, ImmutableArray<IPAddress> Addresses)
{
    private const string Services = "_services._dns-sd._udp.local", Web = "_http._tcp.local";

    private string Instance => $"mimocode-{Port}.{Web}";

    /// <summary>All that is told.</summary>
    public ImmutableArray<DnsRecord> Records =>
    [
        new(Services, DnsWire.Ptr, DnsWire.Name(Web)),
        new(Web, DnsWire.Ptr, DnsWire.Name(Instance)),
        new(Instance, DnsWire.Srv, [0, 0, 0, 0, .. DnsWire.Bytes((ushort)Port), .. DnsWire.Name(Host)]),
        new(Instance, DnsWire.Txt, [6, .. Encoding.ASCII.GetBytes("path=/")]),
        .. Addresses.Select(address => new DnsRecord(
            Host, address.AddressFamily is AddressFamily.InterNetwork ? DnsWire.A : DnsWire.Aaaa, address.GetAddressBytes())),
    ];

    /// <summary>What answers the questions: first what was asked for, then what whoever asks it will want next.</summary>
    public ImmutableArray<DnsRecord> AnswersTo(IEnumerable<DnsQuestion> questions)
    {
        var asked = questions.ToList();
        ImmutableArray<DnsRecord> found = [.. Records.Where(record => asked.Exists(question =>
            record.Name.Equals(question.Name, StringComparison.OrdinalIgnoreCase) && question.Type is var type && (type == record.Type || type is DnsWire.Any)))];
        return found.Any(record => record.Name == Web) ? [.. found.Union(Records.Skip(2))] : found;
    }
}
