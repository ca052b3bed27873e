using System.Diagnostics;
using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.Bench;

/// <summary>What a frame costs: drawing 10,000 messages' visible part, comparing, writing. Prints microseconds and bytes.</summary>
internal static class FrameBench
{
    private const string Message = "A reply with **bold** words, `code` and 日本語 text that goes on for more than one line.\n\n- one\n- two\n\n```csharp\nvar x = 1; // remark\n```\n\n";

    public static void Run()
    {
        var styles = new MarkdownStyles { Code = new CellStyle(Color.Rgb(120, 200, 120)) };
        foreach (var (width, height) in new[] { (120, 40), (300, 100) })
        {
            var text = MarkdownText.Of(string.Concat(Enumerable.Repeat(Message, 10_000)), width, styles);
            Measure($"{width}x{height} key", width, height, text, (_, _) => { });
            Measure($"{width}x{height} scroll a line", width, height, text, (scroll, i) => scroll.To(100 + i));
            Measure($"{width}x{height} page", width, height, text, (scroll, i) => scroll.To(100 + i * height));
        }

        Stream(styles);
    }

    private static void Measure(string name, int width, int height, MarkdownText text, Action<ScrollState, int> change)
    {
        var frames = new FrameBuffer(new Size(width, height), ColorDepth.TrueColor);
        var scroll = new ScrollState();
        var (times, bytes) = (new List<double>(), new List<int>());
        for (var i = 0; i < 1200; i++)
        {
            change(scroll, i);
            var start = Stopwatch.GetTimestamp();
            var canvas = frames.Begin();
            var (prompt, transcript) = canvas.Bounds.CutBottom(2);
            Shapes.Lines(canvas.Part(transcript), text, scroll);
            var typed = new string('x', i % width);
            canvas.Write(0, prompt.Y, typed, default);
            var frame = frames.End(new Position(typed.Length, prompt.Y));
            if (i < 200) continue;
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            bytes.Add(frame.Length);
        }

        Print(name, times, bytes);
    }

    private static void Stream(MarkdownStyles styles)
    {
        var text = new MarkdownText(120, styles);
        var (early, late) = (new List<double>(), new List<double>());
        for (var i = 0; i < 100_000; i++)
        {
            var start = Stopwatch.GetTimestamp();
            text.Append(i % 200 == 199 ? "end.\n\n" : "token ");
            if (i % 15 == 0) _ = text.Count;   // a frame every 15 tokens: 500 a second at 30 frames
            (i < 5000 ? early : late).Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        Console.WriteLine($"stream, first 5,000 tokens: mean {early.Average(),8:F2} µs a token; later {late.Average():F2} µs");
    }

    private static void Print(string name, List<double> times, List<int> bytes)
    {
        times.Sort();
        bytes.Sort();
        Console.WriteLine($"{name,-24} p50 {times[times.Count / 2],8:F0} µs  p99 {times[times.Count * 99 / 100],8:F0} µs  bytes p50 {bytes[bytes.Count / 2],6} p95 {bytes[bytes.Count * 95 / 100],6}");
    }
}
