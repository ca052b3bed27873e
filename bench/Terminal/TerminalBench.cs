using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench.Terminal;

/// <summary>
/// Measures interfaces on a terminal of 120×40 from outside: start, keys, paste, resize, idling, streaming, memory.
/// <c>bench terminal [--idle SECONDS] PROGRAM…</c>; a program called mimo is also measured with a session of 10,000 messages.
/// </summary>
internal static class TerminalBench
{
    private const int Keys = 80;
    private const int TokensPerSecond = 500;
    private const int StreamSeconds = 8;
    private const int Starts = 5;
    private const int HeldPages = 25;        // of 60 messages
    private const int SmallestFrame = 300;   // a picture of 120×40 has more in it, questions to the terminal have less

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);   // some bring a database up to date at their first start
    private static readonly TimeSpan KeyPatience = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var idle = 10;
        if (arguments is ["--idle", var seconds, ..])
            (idle, arguments) = (int.Parse(seconds, CultureInfo.InvariantCulture), arguments[2..]);
        Console.WriteLine(Row("program", "first byte", "frame ms", "key bytes", "key ms 50/95", "frames", "CPU/key", "19 kB", "1 MB ms", "resize", "2J/3J", "idle CPU", "idle B/s", "RSS", "PSS"));
        foreach (var program in arguments)
        {
            try
            {
                await MeasureAsync(program, idle);
            }
            catch (Exception error) when (error is IOException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // One that cannot be driven must not hide the others.
                Console.WriteLine($"{Path.GetFileName(program),-14} cannot be driven: {error.Message}");
            }
        }

        return 0;
    }

    private static async Task MeasureAsync(string program, int idle)
    {
        await using var server = await ModelServer.StartAsync(Tokens);
        using var candidate = new Candidate(program, server.BaseUrl);
        Begin(candidate);
        Measure(candidate, candidate.Name, idle);
        if (candidate.Name is "mimo")
        {
            var session = LongSession.Import(candidate, 10_000);
            Measure(candidate, "mimo 10,000", idle, "-s", session);
            Hold(candidate, session);
        }

        Stream(candidate);
    }

    /// <summary>Starts it a few times: when the first picture came, what it cost, and when the model was named.</summary>
    private static void Begin(Candidate candidate)
    {
        var starts = new List<(double Frame, double Cpu, double Ready)>();
        for (var start = 0; start < Starts; start++)
        {
            using var process = candidate.Start();
            while (!HasPicture(process) && Stopwatch.GetElapsedTime(process.Started) < Patience)
                Thread.Sleep(1);
            var cpu = ProcessTree.Cpu(process.Id);
            var ready = process.Await("scripted", Patience) ? Stopwatch.GetElapsedTime(process.Started).TotalMilliseconds : -1;
            if (!HasPicture(process))
                throw new InvalidOperationException($"no picture came; it wrote {Shown(process.Text)}");
            starts.Add((FirstFrame(process, [.. process.Pieces]), cpu, ready));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{candidate.Name,-14} starts: first picture after {Share(starts.Select(start => start.Frame), 0):0} to {Share(starts.Select(start => start.Frame), 1):0} ms (median {Share(starts.Select(start => start.Frame), 0.5):0}), {Share(starts.Select(start => start.Cpu), 0.5):0} ms CPU; model named after {Share(starts.Select(start => start.Ready), 0.5):0} ms"));
    }

    /// <summary>What messages cost that are held because someone scrolled up to them.</summary>
    private static void Hold(Candidate candidate, string session)
    {
        using var process = candidate.Start("-s", session);
        Open(process);
        var before = ProcessTree.Memory(process.Id).Proportional;
        for (var page = 0; page < HeldPages; page++)
            process.Settle(process.Type("\a"), TimeSpan.FromMilliseconds(120), TimeSpan.FromSeconds(5));   // ctrl+g: the first line that is held
        var held = ProcessTree.Memory(process.Id).Proportional;
        Console.WriteLine($"{candidate.Name,-14} holds {HeldPages * 60:N0} messages more: {Number((held - before) * 1000 / (HeldPages * 60))} MB for 1,000");
    }

    private static Reply Tokens(ReceivedRequest request) => new()
    {
        Text = string.Concat(Enumerable.Range(0, TokensPerSecond * StreamSeconds).Select(number => number % 60 == 59 ? "end.\n\n" : number % 9 == 8 ? $"`{number:x3}`" : $"{number:x4} ")),
        FragmentSize = 5,
        Delivery = new Steadily(TokensPerSecond),
    };

    private static void Measure(Candidate candidate, string name, int idle, params string[] arguments)
    {
        using var process = candidate.Start(arguments);
        var start = Open(process);
        var firstByte = start.Count > 0 ? Milliseconds(process.Started, start[0].At) : -1;
        var frame = FirstFrame(process, start);

        var keys = new List<(double Ms, int Bytes, int Frames)>();
        var cpu = ProcessTree.Cpu(process.Id);
        foreach (var letter in Enumerable.Range(0, Keys).Select(number => "typing some words "[number % 18]))
        {
            var at = process.Type(letter.ToString());
            var answer = process.Answer(at, TimeSpan.FromMilliseconds(60), KeyPatience);
            if (answer.Count > 0)
                keys.Add((Milliseconds(at, answer[0].At), answer.Sum(piece => piece.Bytes), Frames(answer)));
        }

        if (keys.Count == 0)
            throw new InvalidOperationException($"it answers no keys; it wrote {Shown(process.Text)}");
        cpu = (ProcessTree.Cpu(process.Id) - cpu) / Keys;
        var small = Paste(process, 19_000);
        var large = Paste(process, 1_000_000);
        var before = process.Text.Length;
        var resized = Stopwatch.GetTimestamp();
        process.Resize(100, 30);
        var repaint = process.Answer(resized, TimeSpan.FromMilliseconds(300), KeyPatience);
        var text = process.Text[Math.Min(before, process.Text.Length)..];
        process.Settle(Stopwatch.GetTimestamp(), TimeSpan.FromMilliseconds(1500), TimeSpan.FromSeconds(5));
        var (idleCpu, idleBytes) = Idle(process, idle);
        var (resident, proportional) = ProcessTree.Memory(process.Id);
        Console.WriteLine(Row(
            name, Number(firstByte), Number(frame), $"{Share(keys.Select(key => (double)key.Bytes), 0.5):0}/{Share(keys.Select(key => (double)key.Bytes), 0.95):0}",
            $"{Number(Share(keys.Select(key => key.Ms), 0.5))}/{Number(Share(keys.Select(key => key.Ms), 0.95))}", Number(Share(keys.Select(key => (double)key.Frames), 0.5)),
            Number(cpu), $"{small.Bytes} B {Number(small.Ms)}", Number(large.Ms), $"{repaint.Sum(piece => piece.Bytes)} B {Number(repaint.Count > 0 ? Milliseconds(resized, repaint[^1].At) : 0)}",
            $"{Count(text, "\e[2J")}/{Count(text, "\e[3J")}", $"{idleCpu.ToString("0.00", CultureInfo.InvariantCulture)} %", Number(idleBytes), Number(resident), Number(proportional)));
    }

    /// <summary>A reply of 500 tokens a second: how often it is drawn, and what that costs.</summary>
    private static void Stream(Candidate candidate)
    {
        using var process = candidate.Start();
        Open(process);
        process.Type("go");
        process.Settle(Stopwatch.GetTimestamp(), TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(2));
        var (cpu, at) = (ProcessTree.Cpu(process.Id), process.Type("\r"));
        process.Settle(at, TimeSpan.FromMilliseconds(2000), TimeSpan.FromSeconds(StreamSeconds + 6));
        var pieces = process.Pieces.Where(piece => piece.At >= at).ToList();
        var seconds = pieces.Count > 0 ? Stopwatch.GetElapsedTime(pieces[0].At, pieces[^1].At).TotalSeconds : 1;
        var bytes = pieces.Sum(piece => (long)piece.Bytes);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{candidate.Name,-14} streaming {TokensPerSecond} tokens/s for {seconds:0.0} s: {Frames(pieces) / seconds:0.0} frames/s, {bytes / 1000.0:0.0} kB for {TokensPerSecond * StreamSeconds * 5 / 1000.0:0} kB of text, {(ProcessTree.Cpu(process.Id) - cpu) / seconds / 10:0.0} % CPU"));
    }

    /// <summary>Waits for the first picture, until the model is named, and until all stands still.</summary>
    private static List<Piece> Open(PtyProcess process)
    {
        while (!HasPicture(process) && Stopwatch.GetElapsedTime(process.Started) < Patience)
            Thread.Sleep(1);
        process.Await("scripted", Patience);
        return process.Settle(process.Started, TimeSpan.FromMilliseconds(2500), Patience);
    }

    private static bool HasPicture(PtyProcess process) => process.Pieces.Any(piece => piece.Bytes >= SmallestFrame);

    /// <summary>The end of some output, with what controls the terminal made visible.</summary>
    private static string Shown(string text) => text[Math.Max(0, text.Length - 2000)..].Replace("\e", "␛", StringComparison.Ordinal).ReplaceLineEndings("␤");

    private static (double Ms, int Bytes) Paste(PtyProcess process, int size)
    {
        var line = "The quick brown fox jumps over the lazy dog, 世界.\n";
        var text = Encoding.UTF8.GetBytes($"\e[200~{string.Concat(Enumerable.Repeat(line, size / Encoding.UTF8.GetByteCount(line)))}\e[201~");
        var at = process.Type(text);
        var answer = process.Answer(at, TimeSpan.FromMilliseconds(500), Patience);
        return (answer.Count > 0 ? Milliseconds(at, answer[^1].At) : -1, answer.Sum(piece => piece.Bytes));
    }

    private static (double Percent, double BytesPerSecond) Idle(PtyProcess process, int seconds)
    {
        var (cpu, at) = (ProcessTree.Cpu(process.Id), Stopwatch.GetTimestamp());
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        var bytes = process.Pieces.Where(piece => piece.At > at).Sum(piece => piece.Bytes);
        return (Math.Max(0, ProcessTree.Cpu(process.Id) - cpu) / Stopwatch.GetElapsedTime(at).TotalMilliseconds * 100, (double)bytes / seconds);
    }

    private static double FirstFrame(PtyProcess process, List<Piece> pieces) =>
        pieces.FirstOrDefault(piece => piece.Bytes >= SmallestFrame) is { Bytes: > 0 } frame ? Milliseconds(process.Started, frame.At) : -1;

    // What comes within a few milliseconds was written together.
    private static int Frames(List<Piece> pieces) =>
        pieces.Count == 0 ? 0 : 1 + pieces.Zip(pieces.Skip(1)).Count(pair => Milliseconds(pair.First.At, pair.Second.At) > 4);

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static double Share(IEnumerable<double> values, double share) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[(int)(share * (sorted.Count - 1))] : -1;

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Number(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Row(params string[] cells) => string.Concat(cells.Select((cell, at) => at == 0 ? cell.PadRight(14) : cell.PadLeft(at is 4 or 7 or 9 ? 15 : 11)));
}

/// <summary>One frame of the stream after the other at a steady pace, as a fast model sends them.</summary>
internal sealed record Steadily(int PerSecond) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, Microsoft.AspNetCore.Http.HttpContext http)
    {
        await StartAsync(answer, http);
        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < answer.Frames.Count; sent++)
        {
            await WriteAsync(http, answer.Frames[sent]);
            var ahead = TimeSpan.FromSeconds((sent + 1.0) / PerSecond) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.FromMilliseconds(2))
                await Task.Delay(ahead, http.RequestAborted);
        }
    }
}
