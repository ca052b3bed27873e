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
    private const int HeadCharacters = 30 * 1024;

    public async ValueTask<ToolResult> ApplyAsync(ToolResult result, CancellationToken cancellationToken)
    {
        if (result.Output.Length <= MaxCharacters && result.Output.AsSpan().Count('\n') <= MaxLines)
            return result;

        var path = result.SpilledTo ?? await SpillAsync(result.Output, cancellationToken);
        return result with { Output = Shorten(result.Output, path), SpilledTo = path };
    }

    private async Task<string> SpillAsync(string output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Ids.Of("tool", clock));
        await File.WriteAllTextAsync(path, output, new UTF8Encoding(false), cancellationToken);
        return path;
    }

    private static string Shorten(string output, string path)
    {
        var head = HeadEnd(output);
        var tail = TailStart(output, head);
        var hidden = output.AsSpan(head, tail - head);
        return $"{output.AsSpan(0, head)}\n{SpillNote.Of(hidden.Count('\n'), hidden.Length, path)}\n{output.AsSpan(tail)}";
    }

    /// <summary>The end of the last whole line that fits; inside a line when the first one alone is too long.</summary>
    private static int HeadEnd(string output)
    {
        var end = 0;
        for (var line = 0; line < HeadLines; line++)
        {
            var next = output.IndexOf('\n', end);
            if (next < 0 || next + 1 > HeadCharacters)
                break;
            end = next + 1;
        }

        return end is 0 ? HeadCharacters : end;
    }

    private static int TailStart(string output, int head)
    {
        var start = output.Length;
        for (var line = 0; line < MaxLines - HeadLines && start > head; line++)
        {
            var next = start < 2 ? -1 : output.LastIndexOf('\n', start - 2);
            if (next < head || output.Length - next - 1 > MaxCharacters - HeadCharacters)
                break;
            start = next + 1;
        }

        return start == output.Length ? Math.Max(head, output.Length - (MaxCharacters - HeadCharacters)) : start;
    }
}
