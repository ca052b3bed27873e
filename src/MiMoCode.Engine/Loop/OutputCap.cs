using System.Text;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// Bounds what a tool result puts into the window. What is cut stays whole in a file that the model can search and read by lines;
/// head and tail stay in view, because errors tend to come last.
/// </summary>
internal sealed class OutputCap(string folder, TimeProvider clock)
{
    private const int MaxLines = 2_000;
    private const int MaxCharacters = 50 * 1024;
    private const int HeadLines = 1_200;
    private const int ShareOfWindow = 10;
    private const int CharactersPerToken = 4;
    private const int LeastCharacters = 8 * 1024;
    private const int HeadCharacters = 30 * 1024;

    /// <summary>The result as the window takes it.</summary>
    /// <param name="result">What the tool gave.</param>
    /// <param name="window">Tokens of the model's window; one result takes a tenth of it at most. 0: not known.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    public async ValueTask<ToolResult> ApplyAsync(ToolResult result, int window, CancellationToken cancellationToken)
    {
        var most = window <= 0 ? MaxCharacters : Math.Clamp(window / ShareOfWindow * CharactersPerToken, LeastCharacters, MaxCharacters);
        if (result.Output.Length <= most && result.Output.AsSpan().Count('\n') <= MaxLines)
            return result;

        var path = result.SpilledTo ?? await SpillAsync(result.Output, cancellationToken);
        return result with { Output = Shorten(result.Output, path, most), SpilledTo = path };
    }

    private async Task<string> SpillAsync(string output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Ids.Of("tool", clock));
        await File.WriteAllTextAsync(path, output, new UTF8Encoding(false), cancellationToken);
        return path;
    }

    private static string Shorten(string output, string path, int most)
    {
        var first = (int)((long)most * HeadCharacters / MaxCharacters);
        var head = HeadEnd(output, first);
        var tail = TailStart(output, head, most - first);
        var hidden = output.AsSpan(head, tail - head);
        return $"{output.AsSpan(0, head)}\n{SpillNote.Of(hidden.Count('\n'), hidden.Length, path)}\n{output.AsSpan(tail)}";
    }

    /// <summary>The end of the last whole line that fits; inside a line when the first one alone is too long.</summary>
    private static int HeadEnd(string output, int most)
    {
        var end = 0;
        for (var line = 0; line < HeadLines; line++)
        {
            var next = output.IndexOf('\n', end);
            if (next < 0 || next + 1 > most)
                break;
            end = next + 1;
        }

        return end is 0 ? Math.Min(most, output.Length) : end;
    }

    private static int TailStart(string output, int head, int most)
    {
        var start = output.Length;
        for (var line = 0; line < MaxLines - HeadLines && start > head; line++)
        {
            var next = start < 2 ? -1 : output.LastIndexOf('\n', start - 2);
            if (next < head || output.Length - next - 1 > most)
                break;
            start = next + 1;
        }

        return start == output.Length ? Math.Max(head, output.Length - most) : start;
    }
}
