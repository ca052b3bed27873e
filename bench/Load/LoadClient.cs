using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MiMoCode.Bench.Load;

/// <summary>
/// One client of the event stream that proves what it hears: facts in rising order, the text of every reply without a gap. A reply is
/// the numbers from zero on, so a lost or doubled or swapped piece shows at once.
/// </summary>
internal sealed class LoadClient : IDisposable
{
    private readonly HttpResponseMessage response;
    // Most clients are told the same lines: each is read once, or the clients would be what is measured.
    private readonly ConcurrentDictionary<string, Heard> known;
    private readonly Dictionary<string, int> said = [];
    private ulong facts = 14695981039346656037;

    private LoadClient(HttpResponseMessage response, Task<Stream> body, ConcurrentDictionary<string, Heard> known, int replies, bool timed)
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
    public static async Task<LoadClient> ConnectAsync(HttpClient http, ConcurrentDictionary<string, Heard> known, int replies, bool timed)
    {
        var response = await http.GetAsync("event", HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new LoadClient(response, response.Content.ReadAsStreamAsync(), known, replies, timed);
    }

    public void Dispose() => response.Dispose();

    private async Task ListenAsync(Task<Stream> body, int replies, bool timed)
    {
        using var reader = new StreamReader(await body, Encoding.UTF8);
        var (last, idle) = (0L, 0);
        while (idle < replies && await reader.ReadLineAsync() is { } line)
        {
            Bytes += line.Length + 1;
            if (line.StartsWith("id: ", StringComparison.Ordinal))
            {
                var number = long.Parse(line.AsSpan(line.LastIndexOf('-') + 1), CultureInfo.InvariantCulture);
                if (number < last)
                    Wrong.Add($"{number} came after {last}");
                last = number;
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                Events++;
                idle += Hear(known.GetOrAdd(line, Heard.Read), last, timed) ? 1 : 0;
            }
        }

        if (idle < replies)
            Wrong.Add($"the stream ended after {idle} of {replies} replies");
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
    public static Heard Read(string line)
    {
        using var told = JsonDocument.Parse(line.AsMemory("data: ".Length));
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

/// <summary>The text that every reply is: numbers from zero on, each of six digits and a blank.</summary>
internal static class LoadText
{
    private static readonly string Most = string.Concat(Enumerable.Range(0, 20_000).Select(number => number.ToString("000000 ", CultureInfo.InvariantCulture)));

    public static string Of(int numbers) => Most[..(7 * numbers)];

    /// <summary>Whether a piece is what stands at a place.</summary>
    public static bool Fits(string piece, int at) => Most.AsSpan(at, piece.Length).SequenceEqual(piece);
}
