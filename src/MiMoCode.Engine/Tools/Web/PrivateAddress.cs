using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MiMoCode.Engine.Tools.Web;

/// <summary>Tells addresses of this machine and of networks around it from those of the public internet.</summary>
internal static class PrivateAddress
{
    // What is not handed out to the public: this host, private, shared, link-local, test and multicast networks, and the rest above.
    private static readonly (uint Network, int Bits)[] Networks =
    [
        (0x00000000, 8), (0x0A000000, 8), (0x64400000, 10), (0x7F000000, 8), (0xA9FE0000, 16), (0xAC100000, 12), (0xC0000000, 24),
        (0xC0A80000, 16), (0xC6120000, 15), (0xE0000000, 3),
    ];

    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily is AddressFamily.InterNetwork)
            return IsPrivate(BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes()));
        var bytes = address.GetAddressBytes().AsSpan();

        // Addresses that carry one of the older kind lead there: mapped, translated (64:ff9b::/96) and tunnelled (2002::/16).
        if (address.IsIPv4MappedToIPv6 || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]))
            return IsPrivate(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x20, 0x02]))
            return IsPrivate(BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]));

        // Of the newer kind only 2000::/3 is public.
        return (bytes[0] & 0xE0) != 0x20;
    }

    private static bool IsPrivate(uint address) =>
        Array.Exists(Networks, known => (address ^ known.Network) >> (32 - known.Bits) == 0);
}
