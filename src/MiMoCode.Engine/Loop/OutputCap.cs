using System.Text;
using MiMoCode.Engine.Foundation.Text;
using MiMoCode.Protocol;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// Bounds what a tool result puts into the window. What is cut stays whole in a file that the model can search and read by lines;
/// head and tail stay in view, because errors tend to come last, and so do the few lines between them that bear on what is remembered
/// or are unlike the rest.
/// </summary>
/// <param name="folder">Where whole outputs go.</param>
/// <param name="clock">The time.</param>
/// <param name="concerning">Which lines of a text bear on what a session remembers, and how each is shown; null: none.</param>
internal sealed class OutputCap(string folder, TimeProvider clock, Func<Session, string, IReadOnlyDictionary<string, string>>? concerning = null)
{
    private const int MaxLines = 2_000;
    private const int MaxCharacters = 50 * 1024;
    private const int HeadLines = 1_200;
    private const int ShareOfWindow = 10;
    private const int ShareOfSmallWindow = 16;
    private const int PreviewOfSmallWindow = 48;
    private const int SmallWindow = 64_000;
    private const int CharactersPerToken = 4;
    private const int LeastCharacters = 8 * 1024;
    private const int LeastPreview = 2 * 1024;
    private const int HeadCharacters = 30 * 1024;
    private const int ShareOfExcerpt = 8;
    private const int ShareOfSmallExcerpt = 3;
    private const int LongestRead = 400_000;
    private const int LongestExcerptLine = 300;
    private const int ExcerptMarks = 8;

    /// <summary>
    /// The result as the window takes it: one takes a tenth of the session's window at most, and less of a small one. There, what does
    /// not fit whole has to be looked into anyway, so that a short preview does.
    /// </summary>
    /// <param name="result">What the tool gave.</param>
    /// <param name="session">For which session.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    public async ValueTask<ToolResult> ApplyAsync(ToolResult result, Session session, CancellationToken cancellationToken)
    {
        var (most, preview) = Limits(session.Turn.Model.ContextLimit);
        if (result.Output.Length <= most && result.Output.AsSpan().Count('\n') <= MaxLines)
            return result;

        var path = result.SpilledTo ?? await SpillAsync(result.Output, cancellationToken);
        return result with { Output = Shorten(result.Output, path, preview, session), SpilledTo = path };
    }

    /// <summary>How many characters stand whole in a window of so many tokens, and how many of what is longer are shown.</summary>
    private static (int Whole, int Preview) Limits(int window) => window switch
    {
        <= 0 => (MaxCharacters, MaxCharacters),
        <= SmallWindow => (Math.Max(LeastCharacters, window / ShareOfSmallWindow * CharactersPerToken), Math.Max(LeastPreview, window / PreviewOfSmallWindow * CharactersPerToken)),
        _ => Math.Clamp(window / ShareOfWindow * CharactersPerToken, LeastCharacters, MaxCharacters) is var most ? (most, most) : default,
    };

    private async Task<string> SpillAsync(string output, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Ids.Of("tool", clock));
        await File.WriteAllTextAsync(path, output, new UTF8Encoding(false), cancellationToken);
        return path;
    }

    private string Shorten(string output, string path, int most, Session session)
    {
        var forExcerpt = most / (most < LeastCharacters ? ShareOfSmallExcerpt : ShareOfExcerpt);
        var shown = most - forExcerpt;
        var first = (int)((long)shown * HeadCharacters / MaxCharacters);
        var head = HeadEnd(output, first);
        var tail = TailStart(output, head, shown - first);
        var hidden = output.AsSpan(head, tail - head);
        var note = SpillNote.Of(hidden.Count('\n'), hidden.Length, path);
        var excerpt = Excerpt(hidden[..Math.Min(hidden.Length, LongestRead)].ToString(), output.AsSpan(0, head).Count('\n') + 1, forExcerpt, session);
        return $"{output.AsSpan(0, head)}\n{note}\n{excerpt}{output.AsSpan(tail)}";
    }

    /// <summary>Lines of what is hidden, with their numbers in the whole; those that bear on what is remembered go first when room is short.</summary>
    private string Excerpt(string hidden, int firstNumber, int most, Session session)
    {
        var lines = hidden.Split('\n');
        var known = concerning?.Invoke(session, hidden);
        var shown = new SortedDictionary<int, string>();
        foreach (var (at, text) in Known().Concat(StandingOut.In(lines).Select(at => (at, lines[at].Trim()))))
        {
            var line = text.Length <= LongestExcerptLine ? text : $"{text[..LongestExcerptLine]}…";
            if (line.Length + ExcerptMarks <= most && shown.TryAdd(at, line))
                most -= line.Length + ExcerptMarks;
        }

        return shown.Count is 0 ? "" : SpillNote.Excerpt(shown.Select(line => (firstNumber + line.Key, line.Value)));

        IEnumerable<(int At, string Text)> Known()
        {
            for (var at = 0; known is { Count: > 0 } && at < lines.Length; at++)
            {
                var line = lines[at].Trim();
                if (known.TryGetValue(line, out var text) || known.TryGetValue(line[(line.IndexOf(' ') + 1)..], out text))
                    yield return (at, text);
            }
        }
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
