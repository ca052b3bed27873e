using System.Buffers.Binary;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Tools.Files;

/// <summary>A picture or PDF, known by its first bytes; measured before any of it is decoded by anybody.</summary>
/// <param name="Mime">Its media type.</param>
/// <param name="Width">In pixels; 0 when it has none or the head does not tell.</param>
/// <param name="Height">In pixels, likewise.</param>
internal sealed record MediaFile(string Mime, int Width = 0, int Height = 0)
{
    private const ulong LargestPicture = 5 << 20, LargestDocument = 20 << 20;
    private const int LongestSide = 8_000;

    /// <summary>Null for everything else.</summary>
    public static MediaFile? Detect(ReadOnlySpan<byte> head)
    {
        if (head is [0x89, (byte)'P', (byte)'N', (byte)'G', ..])
            return head.Length < 24 ? new("image/png") : new("image/png", Big(head[16..]), Big(head[20..]));
        if (head.StartsWith("GIF8"u8))
            return head.Length < 10 ? new("image/gif") : new("image/gif", Small(head[6..]), Small(head[8..]));
        if (head is [0xFF, 0xD8, 0xFF, ..])
            return Jpeg(head);
        if (head.Length >= 30 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8))
            return Webp(head);
        return head.StartsWith("%PDF-"u8) ? new("application/pdf") : null;
    }

    public string Describe() => Width > 0 ? $"{Mime}, {Width} x {Height}" : Mime;

    /// <exception cref="ToolException">It is too large to be shown to a model.</exception>
    public void RequireFits(ulong length, string name)
    {
        var most = Mime is "application/pdf" ? LargestDocument : LargestPicture;
        if (length > most)
            throw new ToolException($"{name} has {length} bytes; at most {most} can be shown. Make a smaller copy with a program and read that.");
        if (Width > LongestSide || Height > LongestSide)
            throw new ToolException($"{name} has {Width} x {Height} pixels; at most {LongestSide} on a side can be shown. Make a smaller copy and read that.");
    }

    private static int Big(ReadOnlySpan<byte> bytes) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes), int.MaxValue);

    private static int Small(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    /// <summary>The size stands in the frame header, behind segments of any length.</summary>
    private static MediaFile Jpeg(ReadOnlySpan<byte> head)
    {
        for (var at = 2; at + 9 <= head.Length && head[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(head[(at + 2)..]))
        {
            if (head[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return new("image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(head[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(head[(at + 5)..]));
        }

        return new("image/jpeg");
    }

    private static MediaFile Webp(ReadOnlySpan<byte> head) => (char)head[15] switch
    {
        ' ' => new("image/webp", Small(head[26..]) & 0x3FFF, Small(head[28..]) & 0x3FFF),
        'L' => BinaryPrimitives.ReadUInt32LittleEndian(head[21..]) is var bits
            ? new("image/webp", (int)(bits & 0x3FFF) + 1, (int)((bits >> 14) & 0x3FFF) + 1) : new("image/webp"),
        _ => new("image/webp", 1 + (head[24] | (head[25] << 8) | (head[26] << 16)), 1 + (head[27] | (head[28] << 8) | (head[29] << 16))),
    };
}
