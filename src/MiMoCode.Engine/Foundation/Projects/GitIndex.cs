using System.Buffers.Binary;
using System.Text;

namespace MiMoCode.Engine.Foundation.Projects;

/// <summary>A file as git's index knows it. Times are seconds and nanoseconds; inode and length are cut to 32 bits, as git does.</summary>
internal readonly record struct IndexedFile(
    string Id, uint Inode, uint Length, uint ModifiedSeconds, uint ModifiedNanoseconds, uint ChangedSeconds, uint ChangedNanoseconds);

/// <summary>
/// Reads git's index without git: which blob a file of the work tree had as its content when git looked at it last. It says nothing
/// rather than anything doubtful: entries in conflict or with special flags are left out, unknown forms of the index are refused.
/// </summary>
internal static class GitIndex
{
    private const int FixedLength = 62, IdOffset = 40, IdLength = 20, HeaderLength = 12;
    private const ushort Extended = 0x4000, AssumedValid = 0x8000, StageBits = 0x3000;
    private const uint RegularFile = 0x8000, KindBits = 0xF000;

    /// <summary>The regular files by their paths from the top of the work tree.</summary>
    /// <exception cref="FormatException">It is no index of a form that is known here.</exception>
    public static Dictionary<string, IndexedFile> Parse(ReadOnlySpan<byte> index)
    {
        if (index.Length < HeaderLength + IdLength || !index.StartsWith("DIRC"u8))
            throw new FormatException("no index of git");
        var version = Number(index, 4);
        if (version is < 2 or > 4)
            throw new FormatException($"version {version}");
        var files = new Dictionary<string, IndexedFile>(StringComparer.Ordinal);
        var rest = index[HeaderLength..^IdLength];
        var name = Array.Empty<byte>();
        for (var left = Number(index, 8); left > 0; left--)
            rest = Entry(rest, version, ref name, files);
        RequireOptional(rest);
        return files;
    }

    private static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> from, uint version, scoped ref byte[] name, Dictionary<string, IndexedFile> files)
    {
        if (from.Length < FixedLength)
            throw new FormatException("cut");
        var flags = BinaryPrimitives.ReadUInt16BigEndian(from[(FixedLength - 2)..]);
        var start = (flags & Extended) == 0 ? FixedLength : FixedLength + 2;
        if (from.Length <= start || (version == 2 && start > FixedLength))
            throw new FormatException("cut");
        var kept = version == 4 ? name.Length - Stripped(from, ref start) : 0;
        var length = from[start..].IndexOf((byte)0);
        if (length < 0 || kept < 0)
            throw new FormatException("name");
        name = [.. name.AsSpan(0, kept), .. from.Slice(start, length)];
        if ((Number(from, 24) & KindBits) == RegularFile && (flags & (Extended | AssumedValid | StageBits)) == 0)
        {
            files[Encoding.UTF8.GetString(name)] = new IndexedFile(
                Convert.ToHexStringLower(from.Slice(IdOffset, IdLength)), Number(from, 20), Number(from, 36),
                Number(from, 8), Number(from, 12), Number(from, 0), Number(from, 4));
        }

        // Up to the next multiple of eight, with at least one zero behind the name.
        var end = version == 4 ? start + length + 1 : (start + length + 8) & ~7;
        return end <= from.Length ? from[end..] : throw new FormatException("cut");
    }

    /// <summary>How much of the name before is left away: git's numbers of seven bits a byte.</summary>
    private static int Stripped(ReadOnlySpan<byte> from, scoped ref int at)
    {
        long value = from[at] & 0x7F;
        while ((from[at++] & 0x80) != 0)
        {
            if (at >= from.Length || value > int.MaxValue >> 8)
                throw new FormatException("number");
            value = ((value + 1) << 7) | (uint)(from[at] & 0x7F);
        }

        return (int)value;
    }

    /// <summary>Extensions in lower case change what the entries mean: a split or a sparse index.</summary>
    private static void RequireOptional(ReadOnlySpan<byte> extensions)
    {
        while (extensions.Length > 0)
        {
            if (extensions.Length < 8 || extensions[0] is < (byte)'A' or > (byte)'Z' || Number(extensions, 4) > extensions.Length - 8)
                throw new FormatException("extension");
            extensions = extensions[(8 + (int)Number(extensions, 4))..];
        }
    }

    private static uint Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
}
