namespace MiMoCode.Engine.Foundation.Text;

/// <summary>Applies the hunks of one file. Lines that a hunk keeps stay as the file has them, byte for byte.</summary>
internal static class PatchHunks
{
    private static Func<string, string, bool>[] Levels { get; } =
    [
        string.Equals,
        (a, b) => a.AsSpan().TrimEnd().SequenceEqual(b.AsSpan().TrimEnd()),
        (a, b) => a.AsSpan().Trim().SequenceEqual(b.AsSpan().Trim()),
        (a, b) => FoldedMatches.FoldPunctuation(a).AsSpan().Trim().SequenceEqual(FoldedMatches.FoldPunctuation(b).AsSpan().Trim()),
    ];

    /// <exception cref="PatchException">A hunk fits nowhere, or in several places.</exception>
    public static string Apply(string path, string text, IReadOnlyList<PatchHunk> hunks)
    {
        if (hunks.Count == 0)
            return text;
        var file = Ended(new LineEndings(text));
        var lines = file.Plain.Length == 0 ? [] : file.Plain.TrimEndOnce('\n').Split('\n');
        var places = new List<(int Line, PatchHunk Hunk)>();
        var cursor = 0;
        foreach (var hunk in hunks)
        {
            var old = hunk.Lines.Where(line => line.Kind != '+').Select(line => line.Text).ToArray();
            var at = Place(path, lines, hunk, old, cursor);
            places.Add((at, hunk));
            cursor = old.Length > 0 || hunk.Context is not null ? at + old.Length : cursor;
        }

        return Rewrite(file, lines, places);
    }

    private static int Place(string path, string[] lines, PatchHunk hunk, string[] old, int cursor)
    {
        if (hunk.Context is { } context)
            cursor = After(path, lines, context, cursor);
        if (old.Length == 0)
            return hunk.Context is null ? lines.Length : cursor;
        foreach (var same in Levels)
        {
            var last = lines.Length - old.Length;
            if (hunk.AtEnd && last >= cursor && Fits(lines, old, last, same))
                return last;
            var found = Enumerable.Range(cursor, Math.Max(0, last - cursor + 1)).Where(at => Fits(lines, old, at, same)).Take(2).ToList();
            if (found.Count == 1 || (found.Count > 1 && hunk.Context is not null))
                return found[0];
            if (found.Count > 1)
            {
                throw new PatchException(PatchProblem.Ambiguous,
                    $"A hunk of {path} fits at lines {found[0] + 1} and {found[1] + 1}. " +
                    $"Keep more lines around it, or name the line before it after \"@@\":\n{Quote(old)}");
            }
        }

        throw new PatchException(PatchProblem.LinesNotFound,
            $"{path} does not hold these lines{(cursor > 0 ? $" after line {cursor}" : "")}. Read it again and repeat the patch:\n{Quote(old)}");
    }

    private static int After(string path, string[] lines, string context, int cursor)
    {
        foreach (var same in Levels)
        {
            for (var i = cursor; i < lines.Length; i++)
            {
                if (same(lines[i], context))
                    return i + 1;
            }
        }

        // People and models name a function by the start of its line.
        for (var i = cursor; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().TrimStart().StartsWith(context, StringComparison.Ordinal))
                return i + 1;
        }

        throw new PatchException(PatchProblem.LinesNotFound,
            $"{path} has no line \"{context}\"{(cursor > 0 ? $" after line {cursor}" : "")}. Name a line as it stands there after \"@@\", or none.");
    }

    private static bool Fits(string[] lines, string[] old, int at, Func<string, string, bool> same)
    {
        for (var i = 0; i < old.Length; i++)
        {
            if (!same(lines[at + i], old[i]))
                return false;
        }

        return true;
    }

    private static string Rewrite(LineEndings file, string[] lines, List<(int Line, PatchHunk Hunk)> places)
    {
        var starts = new int[lines.Length + 1];
        for (var i = 0; i < lines.Length; i++)
            starts[i + 1] = starts[i] + lines[i].Length + 1;
        var edits = places.OrderBy(place => place.Line).SelectMany(place => Edits(file, starts, place.Line, place.Hunk)).ToList();
        return TextEdit.Apply(file.Original, edits);
    }

    /// <summary>A patched file ends its last line, as the format always has.</summary>
    private static LineEndings Ended(LineEndings file) =>
        file.Plain.Length == 0 || file.Plain.EndsWith('\n') ? file : new LineEndings(file.Original + file.Adopt("\n", file.Plain.Length));

    private static IEnumerable<TextEdit> Edits(LineEndings file, int[] starts, int line, PatchHunk hunk)
    {
        foreach (var part in hunk.Lines)
        {
            var start = file.OriginalOffset(starts[line]);
            if (part.Kind == '+')
            {
                yield return new TextEdit(start, 0, file.Adopt(part.Text + "\n", starts[line]));
                continue;
            }

            if (part.Kind == '-')
                yield return new TextEdit(start, file.OriginalOffset(starts[line + 1]) - start, "");
            line++;
        }
    }

    private static string Quote(string[] lines) => string.Join('\n', lines.Take(10));

    private static string TrimEndOnce(this string text, char end) => text.EndsWith(end) ? text[..^1] : text;
}
