using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>Text out of JSON as models send it: also halves of surrogate pairs and bytes that are not UTF-8, which a strict reader refuses.</summary>
internal static class JsonText
{
    /// <summary>Decodes the string that the reader stands on into a rented array; give it back to the shared pool.</summary>
    public static char[] Rent(ref Utf8JsonReader json, out int length)
    {
        var chars = ArrayPool<char>.Shared.Rent(Math.Max(json.ValueSpan.Length, 16));
        try
        {
            length = json.CopyString(chars);
        }
        catch (InvalidOperationException)
        {
            length = Lenient(json.ValueSpan, chars);
        }

        return chars;
    }

    /// <summary>The string that the reader stands on; null for any other value.</summary>
    public static string? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType is not JsonTokenType.String)
            return null;
        var chars = Rent(ref json, out var length);
        var text = new string(chars, 0, length);
        ArrayPool<char>.Shared.Return(chars);
        return text;
    }

    private static int Lenient(ReadOnlySpan<byte> escaped, Span<char> chars)
    {
        var text = Encoding.UTF8.GetString(escaped);
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                chars[length++] = text[at];
                continue;
            }

            at++;
            chars[length++] = text[at] is 'u' ? (char)ushort.Parse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : Plain(text[at]);
            if (text[at] is 'u')
                at += 4;
        }

        return length;
    }

    private static char Plain(char escape) => escape switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        _ => escape,
    };
}
