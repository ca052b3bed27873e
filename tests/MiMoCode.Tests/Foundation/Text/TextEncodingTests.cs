using System.Text;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Tests.Foundation.Text;

public sealed class TextEncodingTests
{
    public static TheoryData<string, byte[], string> Kinds => new()
    {
        { "UTF-8", "größe\n"u8.ToArray(), "größe\n" },
        { "UTF-8 with BOM", [0xEF, 0xBB, 0xBF, .. "a\n"u8], "a\n" },
        { "UTF-16 LE", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("häuser")], "häuser" },
        { "UTF-16 BE", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("häuser")], "häuser" },
        { "UTF-16 LE", Encoding.Unicode.GetBytes("no mark\r\n"), "no mark\r\n" },
        { "UTF-32 LE", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes("x😀")], "x😀" },
        { "Latin-1", [(byte)'f', 0xFC, (byte)'r'], "für" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Knows_how_a_file_spells_text(string name, byte[] bytes, string text)
    {
        var encoding = TextEncoding.Detect(bytes);

        Assert.Equal(name, encoding.Name);
        Assert.Equal(text, encoding.Decode(bytes));
        Assert.Equal(bytes, encoding.Encode(text));
    }

    [Fact]
    public void Keeps_stray_bytes_in_UTF_8()
    {
        byte[] bytes = [.. "größe über "u8, 0xFF, (byte)'z'];

        var encoding = TextEncoding.Detect(bytes);

        Assert.Equal("UTF-8 with invalid bytes", encoding.Name);
        Assert.Equal("größe über \uDCFFz", encoding.Decode(bytes));
    }

    [Fact]
    public void Gives_back_the_same_bytes_whatever_they_are()
    {
        for (var seed = 0; seed < 3_000; seed++)
            TextFuzz.RoundTrip(TextFuzz.SomeBytes(new Random(seed)));
    }

    [Fact]
    public void Changes_no_byte_outside_the_span()
    {
        for (var seed = 0; seed < 3_000; seed++)
            TextFuzz.EditKeepsTheRest(new Random(seed));
    }

    [Fact]
    public void Refuses_a_character_that_the_file_cannot_spell()
    {
        var encoding = TextEncoding.Detect([(byte)'f', 0xFC, (byte)'r']);

        var error = Assert.Throws<UnspellableTextException>(() => encoding.Encode("für 日本"));

        Assert.Contains("Latin-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_undecodable_bytes_as_replacement_characters() =>
        Assert.Equal("a\uFFFDb😀", TextEncoding.Readable("a\uDCFFb😀"));

    [Theory]
    [InlineData(true, new byte[] { 0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0 })]
    [InlineData(false, new byte[] { 0xFF, 0xFE, 0x61, 0 })]
    [InlineData(false, new byte[] { 0x61, 0, 0x62, 0 })]
    [InlineData(false, new byte[] { 0x61, 0xFF, 0x62 })]
    [InlineData(false, new byte[0])]
    public void Tells_text_from_binary(bool binary, byte[] head) => Assert.Equal(binary, TextEncoding.LooksBinary(head));
}
