using System.Buffers.Binary;
using System.Text;

namespace MiMoCode.App.Server.Announcing;

/// <summary>What somebody wants to know of a name.</summary>
internal sealed record DnsQuestion(string Name, ushort Type, bool WantsUnicast);

/// <summary>Something that is known of a name, in the form of its type.</summary>
internal sealed record DnsRecord(string Name, ushort Type, byte[] Value);

/// <summary>The messages of DNS, as far as a responder of a few names needs them.</summary>
internal static class DnsWire
{
    public const ushort A = 1, Ptr = 12, Txt = 16, Aaaa = 28, Srv = 33, Any = 255;
    private const ushort Internet = 1, UnicastBit = 0x8000, ReplyBit = 0x8000, Authoritative = 0x8400;
    private const int HeaderLength = 12, MostQuestions = 32, MostJumps = 16, LongestName = 255;

    /// <summary>The questions of a query; empty when it is none, or not one that can be understood.</summary>
    public static IReadOnlyList<DnsQuestion> Questions(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength || (Number(message, 2) & ReplyBit) is not 0 || Number(message, 4) > MostQuestions)
            return [];
        var questions = new List<DnsQuestion>();
        var at = HeaderLength;
        for (var left = Number(message, 4); left > 0; left--, at += 4)
        {
            if (ReadName(message, ref at) is not { } name || at + 4 > message.Length)
                return [];
            var kind = Number(message, at + 2);
            if ((kind & ~UnicastBit) is Internet or Any)
                questions.Add(new DnsQuestion(name, Number(message, at), (kind & UnicastBit) is not 0));
        }

        return questions;
    }

    /// <summary>An answer.</summary>
    /// <param name="records">What is known.</param>
    /// <param name="life">How long that may be believed; zero takes it back.</param>
    /// <param name="query">The query whose number and questions are repeated, as those want who ask by plain DNS; empty for none.</param>
    public static byte[] Answer(IReadOnlyCollection<DnsRecord> records, TimeSpan life, ReadOnlySpan<byte> query = default)
    {
        var message = new List<byte>();
        var asked = query.IsEmpty ? [] : Questions(query);
        foreach (var number in (ReadOnlySpan<ushort>)[query.IsEmpty ? (ushort)0 : Number(query, 0), Authoritative, (ushort)asked.Count, (ushort)records.Count, 0, 0])
            Add(message, number);
        foreach (var question in asked)
        {
            message.AddRange(Name(question.Name));
            Add(message, question.Type);
            Add(message, Internet);
        }

        foreach (var record in records)
        {
            message.AddRange(Name(record.Name));
            Add(message, record.Type);
            Add(message, Internet);
            Add(message, (ushort)((long)life.TotalSeconds >> 16));
            Add(message, (ushort)life.TotalSeconds);
            Add(message, (ushort)record.Value.Length);
            message.AddRange(record.Value);
        }

        return [.. message];
    }

    /// <summary>A name as it is sent: each part after its length.</summary>
    public static byte[] Name(string name)
    {
        var bytes = new List<byte>();
        foreach (var part in name.Split('.'))
        {
            var text = Encoding.UTF8.GetBytes(part);
            bytes.Add((byte)text.Length);
            bytes.AddRange(text);
        }

        bytes.Add(0);
        return [.. bytes];
    }

    /// <summary>A number as it is sent.</summary>
    public static byte[] Bytes(ushort number) => [(byte)(number >> 8), (byte)number];

    private static string? ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var (place, jumps) = (at, 0);
        while (place < message.Length && name.Length <= LongestName)
        {
            int length = message[place++];
            if (length is 0)
            {
                if (jumps is 0)
                    at = place;
                return name.ToString();
            }

            if (length >= 0xC0)
            {
                // The rest stands elsewhere; whoever sends a circle is not answered.
                if (place >= message.Length || ++jumps > MostJumps)
                    return null;
                if (jumps is 1)
                    at = place + 1;
                place = ((length & 0x3F) << 8) | message[place];
                continue;
            }

            if (place + length > message.Length)
                return null;
            name.Append(name.Length > 0 ? "." : "").Append(Encoding.UTF8.GetString(message.Slice(place, length)));
            place += length;
        }

        return null;
    }

    private static ushort Number(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    private static void Add(List<byte> message, ushort number) => message.AddRange(Bytes(number));
}
