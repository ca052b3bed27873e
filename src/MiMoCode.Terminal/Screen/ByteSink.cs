using System.Text;

namespace MiMoCode.Terminal.Screen;

/// <summary>Collects the bytes of a frame; the buffer is kept from frame to frame.</summary>
internal sealed class ByteSink
{
    private byte[] buffer = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> From(int start) => buffer.AsMemory(start, Length - start);

    public void Clear() => Length = 0;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Add(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Add(Rune rune) => Length += rune.EncodeToUtf8(Room(4));

    public void Add(string text) => Length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));

    public void AddNumber(int number)
    {
        number.TryFormat(Room(11), out var written);
        Length += written;
    }

    /// <summary>Overwrites bytes that were added before.</summary>
    public void Patch(int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(buffer.AsSpan(at, bytes.Length));

    private Span<byte> Room(int count)
    {
        if (buffer.Length - Length < count) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + count));
        return buffer.AsSpan(Length, buffer.Length - Length);
    }
}
