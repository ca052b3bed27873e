using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// How a file spells text. Whatever <see cref="Detect"/> chooses, decoding a file and encoding the text again gives the same bytes,
/// so an edit changes nothing outside its span, whatever the file holds.
/// </summary>
internal sealed class TextEncoding
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private readonly byte[] mark;
    private readonly Func<ReadOnlySpan<byte>, string> decode;
    private readonly Func<string, byte[]?> encode;

    private TextEncoding(string name, byte[] mark, Func<ReadOnlySpan<byte>, string> decode, Func<string, byte[]?> encode)
    {
        Name = name;
        this.mark = mark;
        this.decode = decode;
        this.encode = encode;
    }

    /// <summary>UTF-8 without a mark: what new files are written in.</summary>
    public static TextEncoding Utf8 { get; } = Of("UTF-8", StrictUtf8, []);

    /// <summary>The name people know it by; "with BOM" included.</summary>
    public string Name { get; }

    private static TextEncoding[] Marked { get; } =
    [
        Of("UTF-8 with BOM", StrictUtf8, [0xEF, 0xBB, 0xBF]),
        new("UTF-8 with BOM and invalid bytes", [0xEF, 0xBB, 0xBF], EscapedUtf8.Decode, EscapedUtf8.Encode),
        Of("UTF-32 LE", new UTF32Encoding(false, false, true), [0xFF, 0xFE, 0, 0]),
        Of("UTF-32 BE", new UTF32Encoding(true, false, true), [0, 0, 0xFE, 0xFF]),
        Utf16(bigEndian: false, [0xFF, 0xFE]),
        Utf16(bigEndian: true, [0xFE, 0xFF]),
    ];

    private static TextEncoding Latin1 { get; } = Of(
        "Latin-1", Encoding.GetEncoding("iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback), []);

    private static TextEncoding DamagedUtf8 { get; } = new("UTF-8 with invalid bytes", [], EscapedUtf8.Decode, EscapedUtf8.Encode);

    private static TextEncoding Utf16LittleEndian { get; } = Utf16(bigEndian: false, []);

    private static TextEncoding Utf16BigEndian { get; } = Utf16(bigEndian: true, []);

    /// <summary>The encoding of a whole file; Latin-1, which can spell any bytes, when nothing else fits.</summary>
    public static TextEncoding Detect(ReadOnlySpan<byte> bytes)
    {
        foreach (var candidate in Marked)
        {
            if (bytes.StartsWith(candidate.mark) && candidate.Keeps(bytes))
                return candidate;
        }

        if (GuessUtf16(bytes) is { } wide)
            return wide;
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return Utf8;
        return EscapedUtf8.IsMostlyUtf8(bytes) ? DamagedUtf8 : Latin1;
    }

    /// <summary>Whether these first bytes of a file are no text: NUL bytes that no UTF-16 or UTF-32 explains.</summary>
    public static bool LooksBinary(ReadOnlySpan<byte> head)
    {
        head = head[..Math.Min(head.Length, 8192)];
        if (!head.Contains((byte)0))
            return false;
        foreach (var candidate in Marked)
        {
            if (candidate.mark.Length != 3 && head.StartsWith(candidate.mark))
                return false;
        }

        return GuessUtf16(head) is null;
    }

    /// <summary>The text without the mark. Bytes that are no UTF-8 become lone surrogates; see <see cref="Readable"/>.</summary>
    public string Decode(ReadOnlySpan<byte> bytes) => decode(bytes[mark.Length..]);

    /// <exception cref="UnspellableTextException">The encoding lacks a character of the text.</exception>
    public byte[] Encode(string text)
    {
        var body = encode(text) ?? throw new UnspellableTextException(
            $"The file is encoded as {Name}, which cannot spell a character of the new text. " +
            "Use other characters or an escape, or convert the file to UTF-8 first.");
        return mark.Length == 0 ? body : [.. mark, .. body];
    }

    /// <summary>The text as it can be shown or put into JSON: what stands for an undecodable byte becomes U+FFFD.</summary>
    public static string Readable(string text)
    {
        var at = Utf16Validity.FirstInvalid(text);
        if (at < 0)
            return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            shown.Append(rune);
        return shown.ToString();
    }

    private bool Keeps(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encode(Decode(bytes)) is { } again && again.AsSpan().SequenceEqual(bytes[mark.Length..]);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static TextEncoding Of(string name, Encoding encoding, byte[] mark) =>
        new(name, mark, bytes => encoding.GetString(bytes), text =>
        {
            try
            {
                return encoding.GetBytes(text);
            }
            catch (EncoderFallbackException)
            {
                return null;
            }
        });

    /// <summary>Code unit by code unit, so that a lone surrogate in the file survives.</summary>
    private static TextEncoding Utf16(bool bigEndian, byte[] mark)
    {
        var swap = bigEndian == BitConverter.IsLittleEndian;
        return new($"UTF-16 {(bigEndian ? "BE" : "LE")}", mark, Decode, Encode);

        string Decode(ReadOnlySpan<byte> bytes) => string.Create(bytes.Length / 2, bytes, (chars, source) =>
        {
            MemoryMarshal.Cast<byte, char>(source[..(chars.Length * 2)]).CopyTo(chars);
            Swap(chars);
        });

        byte[] Encode(string text)
        {
            var bytes = MemoryMarshal.AsBytes(text.AsSpan()).ToArray();
            Swap(MemoryMarshal.Cast<byte, char>(bytes.AsSpan()));
            return bytes;
        }

        void Swap(Span<char> chars)
        {
            if (!swap)
                return;
            foreach (ref var unit in chars)
                unit = (char)System.Buffers.Binary.BinaryPrimitives.ReverseEndianness((ushort)unit);
        }
    }

    /// <summary>UTF-16 without a mark: mostly Latin text has a zero in nearly every second byte and none in the others.</summary>
    private static TextEncoding? GuessUtf16(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || bytes.Length % 2 != 0 || !bytes.Contains((byte)0))
            return null;
        var head = bytes[..Math.Min(bytes.Length, 8192)];
        int even = 0, odd = 0;
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            even += head[i] == 0 ? 1 : 0;
            odd += head[i + 1] == 0 ? 1 : 0;
        }

        var units = head.Length / 2;
        if (even == 0 && odd * 2 > units)
            return Utf16LittleEndian;
        return odd == 0 && even * 2 > units ? Utf16BigEndian : null;
    }

    private static class Utf16Validity
    {
        public static int FirstInvalid(string text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (!char.IsSurrogate(text[i]))
                    continue;
                if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                    return i;
                i++;
            }

            return -1;
        }
    }
}

/// <summary>The file's encoding lacks a character of the new text; the message says what to do.</summary>
internal sealed class UnspellableTextException(string message) : Exception(message);

/// <summary>UTF-8 in which each byte that is no UTF-8 stands as a lone surrogate U+DC80 to U+DCFF, and back.</summary>
internal static class EscapedUtf8
{
    private const char FirstEscape = '\uDC80', LastEscape = '\uDCFF';

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                bytes = bytes[used..];
            }
            else
            {
                text.Append((char)(0xDC00 + bytes[0]));
                bytes = bytes[1..];
            }
        }

        return text.ToString();
    }

    /// <summary>Null when the text holds a lone surrogate that stands for no byte.</summary>
    public static byte[]? Encode(string text)
    {
        var bytes = new ArrayBufferWriter<byte>(text.Length + 16);
        for (var i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
                i += rune.Utf16SequenceLength;
            }
            else if (text[i] is >= FirstEscape and <= LastEscape)
            {
                bytes.GetSpan(1)[0] = (byte)(text[i++] - 0xDC00);
                bytes.Advance(1);
            }
            else
            {
                return null;
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Whether well-formed sequences of several bytes outnumber the stray bytes.</summary>
    public static bool IsMostlyUtf8(ReadOnlySpan<byte> bytes)
    {
        int good = 0, bad = 0;
        while (!bytes.IsEmpty)
        {
            var fits = Rune.DecodeFromUtf8(bytes, out _, out var used) == OperationStatus.Done;
            if (!fits)
                bad++;
            else if (used > 1)
                good++;
            bytes = bytes[(fits ? used : 1)..];
        }

        return good > bad;
    }
}
