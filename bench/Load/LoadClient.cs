using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace MiMoCode.Bench.Load;

/// <summary>
/// One client of the event stream that proves what it hears: facts in rising order, the text of every reply without a gap. A reply is
/// the numbers from zero on, so a lost or doubled or swapped piece shows at once.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpResponseMessage response;
    private readonly KnownLines known;
    private readonly Dictionary<string, int> said = [];
    private ulong facts = 14695981039346656037;
    private long last;

    private LoadClient(HttpResponseMessage response, Task<Stream> body, KnownLines known, int replies, bool timed)
    {
        (this.response, this.known) = (response, known);
        Done = ListenAsync(body, replies, timed);
    }

    /// <summary>Ends when so many sessions have become idle.</summary>
    public Task Done { get; }

    /// <summary>What was wrong; empty when all was right.</summary>
    public List<string> Wrong { get; } = [];

    public int Events { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The facts heard, and their order, as one number: the same for every client.</summary>
    public ulong Facts => facts;

    /// <summary>Milliseconds from when a part was ready to be stored to when it was received.</summary>
    public List<double> Delays { get; } = [];

    /// <summary>Connected, and told so.</summary>
    public static async Task<LoadClient> ConnectAsync(HttpClient http, KnownLines known, int replies, bool timed)
    {
        var response = await http.GetAsync("event", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new LoadClient(response, response.Content.ReadAsStreamAsync(), known, replies, timed);
    }

    public void Dispose() => response.Dispose();

    private async Task ListenAsync(Task<Stream> body, int replies, bool timed)
    {
        var (stream, buffer, end, idle) = (await body, new byte[32 << 10], 0, 0);
        while (idle < replies && await stream.ReadAsync(buffer.AsMemory(end)) is > 0 and var count)
        {
            (Bytes, end) = (Bytes + count, end + count);
            var start = 0;
            for (int length; idle < replies && (length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0; start += length + 1)
                idle += HearLine(buffer.AsSpan(start, length), timed) ? 1 : 0;
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            if (end == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
        }

        if (idle < replies)
            Wrong.Add($"the stream ended after {idle} of {replies} replies");
    }

    /// <summary>True when a session became idle.</summary>
    private bool HearLine(ReadOnlySpan<byte> line, bool timed)
    {
        if (line.StartsWith("id: "u8))
        {
            Utf8Parser.TryParse(line[(line.LastIndexOf((byte)'-') + 1)..], out long number, out _);
            if (number < last)
                Wrong.Add($"{number} came after {last}");
            last = number;
        }
        else if (line.StartsWith("data: "u8))
        {
            Events++;
            return Hear(known.Of(line), last, timed);
        }

        return false;
    }

    /// <summary>True when a session became idle.</summary>
    private bool Hear(Heard told, long number, bool timed)
    {
        if (told.Delta is { } delta)
            Grow(told.Part!, delta);
        else if (told.IsFact)
            Count(number);
        if (told.End is { } end)
            Finish(told, end, timed);
        return told.Type is "session.idle";
    }

    private void Grow(string part, string delta)
    {
        var at = said.GetValueOrDefault(part);
        if (!LoadText.Fits(delta, at))
            Wrong.Add($"{part}: not what stands at {at}: {delta[..Math.Min(20, delta.Length)]}");
        said[part] = at + delta.Length;
    }

    private void Finish(Heard told, long end, bool timed)
    {
        if (timed)
            Delays.Add((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalMilliseconds - end);
        var text = told.Text!;
        if (said.Remove(told.Part!, out var length) && length != text.Length)
            Wrong.Add($"{text.Length - length} letters of a reply were never told as they came");
        if (!LoadText.Fits(text, 0))
            Wrong.Add("a reply was stored wrongly");
    }

    private void Count(long number) => facts = (facts ^ (ulong)number) * 1099511628211;
}

/// <summary>One line of the stream, read.</summary>
internal sealed record Heard(string Type, bool IsFact, string? Part, string? Delta, string? Text, long? End)
{
    public static Heard Read(ReadOnlySpan<byte> line)
    {
        using var told = JsonDocument.Parse(line["data: ".Length..].ToArray());
        var (type, properties) = (told.RootElement.GetProperty("type").GetString()!, told.RootElement.GetProperty("properties"));
        if (type is "message.part.delta")
            return new Heard(type, false, Id(properties, "partID"), Id(properties, "delta"), null, null);
        if (type is not "message.part.updated")
            return new Heard(type, type is "message.updated" or "session.updated", null, null, null, null);
        var part = properties.GetProperty("part");
        var ended = Id(part, "type") is "text" && part.TryGetProperty("time", out var time) && time.TryGetProperty("end", out var end) ? end.GetInt64() : (long?)null;
        return new Heard(type, true, Id(part, "id"), null, ended is null ? null : Id(part, "text"), ended);
    }

    private static string? Id(JsonElement holder, string name) => holder.GetProperty(name).GetString();
}

/// <summary>Most clients are told the same lines: each is read once, or the clients would be what is measured.</summary>
internal sealed class KnownLines
{
    private const int Tail = 96;
    private readonly Dictionary<int, (byte[] Line, Heard Heard)> known = [];

    public Heard Of(ReadOnlySpan<byte> line)
    {
        var hash = new HashCode();
        hash.Add(line.Length);
        hash.AddBytes(line[..Math.Min(Tail, line.Length)]);
        hash.AddBytes(line[Math.Max(0, line.Length - Tail)..]);
        hash.AddBytes(line.Slice(line.Length / 2, Math.Min(Tail, line.Length - (line.Length / 2))));
        var key = hash.ToHashCode();
        lock (known)
        {
            if (known.TryGetValue(key, out var found) && line.SequenceEqual(found.Line))
                return found.Heard;
        }

        var heard = Heard.Read(line);
        lock (known)
            known[key] = (line.ToArray(), heard);
        return heard;
    }
}

/// <summary>The text that every reply is: numbers from zero on, each of six digits and a blank.</summary>
internal static class LoadText
{
    private static readonly string Most = string.Concat(Enumerable.Range(0, 20_000).Select(number => number.ToString("000000 ", CultureInfo.InvariantCulture)));

    public static string Of(int numbers) => Most[..(7 * numbers)];

    /// <summary>Whether a piece is what stands at a place.</summary>
    public static bool Fits(string piece, int at) => Most.AsSpan(at, piece.Length).SequenceEqual(piece);
}
