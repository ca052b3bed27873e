using System.Text;
using MiMoCode.Providers.Sse;

namespace MiMoCode.Tests.Providers;

public sealed class SseReaderTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "a|b")]
    [InlineData("data: a\r\n\r\ndata:b\r\n\r\n", "a|b")]
    [InlineData("data: a\r\rdata: b\r\r", "a|b")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData(": note\nevent: x\nid: 1\ndata: a\ndata: b\n\n", "a\nb")]
    [InlineData("\n\n\ndata\n\ndata:  two blanks\n\n", "| two blanks")]
    [InlineData("dataset: no\n\ndata: unfinished", "")]
    [InlineData("data: 日本 🎉\n\n", "日本 🎉")]
    public async Task Reads_the_same_events_wherever_the_bytes_are_cut(string wire, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(wire);
        for (var size = 1; size <= bytes.Length; size++)
        {
            var reader = new SseReader(new Pieces(bytes, size));
            var events = new List<string>();
            do
            {
                while (reader.TryRead(out var frame))
                    events.Add(Encoding.UTF8.GetString(frame));
            }
            while (await reader.FillAsync(CancellationToken.None));
            Assert.Equal(expected, string.Join('|', events));
        }
    }

    [Fact]
    public async Task Reads_an_event_of_five_megabytes()
    {
        var text = new string('x', 5_000_000);
        var reader = new SseReader(new MemoryStream(Encoding.UTF8.GetBytes($"data: {text}\n\n")));
        var length = 0;
        do
        {
            if (reader.TryRead(out var frame))
                length = frame.Length;
        }
        while (await reader.FillAsync(CancellationToken.None));
        Assert.Equal(text.Length, length);
    }

    /// <summary>Hands out so many bytes at a time.</summary>
    private sealed class Pieces(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
