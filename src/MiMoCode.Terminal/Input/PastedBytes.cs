using System.Buffers;
using System.Text;

namespace MiMoCode.Terminal.Input;

/// <summary>Gathers the bytes of a paste until its end has come.</summary>
internal sealed class PastedBytes
{
    private readonly ArrayBufferWriter<byte> gathered = new(64 * 1024);

    private static ReadOnlySpan<byte> End => "\e[201~"u8;

    /// <summary>Takes what belongs to the paste away from <paramref name="bytes"/>; its text when that was all.</summary>
    public string? Take(ref ReadOnlySpan<byte> bytes)
    {
        // The mark of the end may have come in two pieces.
        var from = Math.Max(0, gathered.WrittenCount - End.Length + 1);
        var before = gathered.WrittenCount;
        gathered.Write(bytes);
        var end = gathered.WrittenSpan[from..].IndexOf(End);
        bytes = end < 0 ? [] : bytes[(from + end + End.Length - before)..];
        return end < 0 ? null : PastedText.Clean(Encoding.UTF8.GetString(gathered.WrittenSpan[..(from + end)]));
    }
}
