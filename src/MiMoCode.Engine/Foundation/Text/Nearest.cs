namespace MiMoCode.Engine.Foundation.Text;

/// <summary>Where a text that was not found might have been meant, as a hint for the model.</summary>
internal static class Nearest
{
    private const double LeastLikeness = 0.6;
    private const int LinesCompared = 20_000, LinesShown = 8, WidthShown = 200;

    /// <summary>A sentence that says what to do, with the lines of the file that come closest when some do.</summary>
    public static string Place(string text, string wanted)
    {
        const string Advice = "Read the file again and copy the text as it stands there.";
        var (file, lines) = (new TextLines(text), new TextLines(wanted));
        if (FirstWithText(lines) is not { } key || ClosestLine(file, lines[key]) is not { } line)
            return Advice;
        var first = Math.Max(0, line - key);
        var last = Math.Min(file.Count, first + Math.Min(lines.Count, LinesShown));
        var shown = Enumerable.Range(first, last - first).Select(i => $"{i + 1}: {Cut(file[i])}");
        return $"{Advice} The closest place is at line {first + 1}:\n{string.Join('\n', shown)}";
    }

    private static int? FirstWithText(TextLines lines)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!lines[i].IsWhiteSpace())
                return i;
        }

        return null;
    }

    private static int? ClosestLine(TextLines file, ReadOnlySpan<char> wanted)
    {
        int? best = null;
        var most = LeastLikeness;
        wanted = wanted.Trim();
        for (var i = 0; i < Math.Min(file.Count, LinesCompared); i++)
        {
            var line = file[i].Trim();
            if (line.IsEmpty || Math.Abs(line.Length - wanted.Length) > wanted.Length)
                continue;
            var likeness = Likeness.Of(line, wanted);
            if (likeness > most)
                (best, most) = (i, likeness);
        }

        return best;
    }

    private static string Cut(ReadOnlySpan<char> line) => line.Length <= WidthShown ? line.ToString() : $"{line[..WidthShown]}…";
}
