namespace MiMoCode.Engine.Foundation.Text;

/// <summary>Levels that compare whole lines. A match has as many lines as the old text, so nothing is swallowed.</summary>
internal static class LineMatches
{
    private const double LikenessOfAll = 0.8, LikenessOfEach = 0.6;

    private delegate bool SameBlock(TextLines file, int first, TextLines wanted);

    public static List<LooseMatch> WithoutTrailingBlanks(string text, string wanted, string given) =>
        Find(text, wanted, given, shift: false, Each((a, b) => a.TrimEnd(TextLines.Blanks).SequenceEqual(b.TrimEnd(TextLines.Blanks))));

    /// <summary>The same lines moved right or left by one amount; the new text is moved by the same.</summary>
    public static List<LooseMatch> Shifted(string text, string wanted, string given) =>
        Find(text, wanted, given, shift: true, (file, first, lines) =>
            SameTrimmed(file, first, lines) && IndentShift.Between(lines, file, first) is not null);

    public static List<LooseMatch> Trimmed(string text, string wanted, string given) =>
        Find(text, wanted, given, shift: false, SameTrimmed);

    /// <summary>The same first and last line, and between them as many lines that are nearly the same.</summary>
    public static List<LooseMatch> Anchored(string text, string wanted, string given) =>
        Find(text, wanted, given, shift: true, (file, first, lines) =>
            lines.Count >= 3 &&
            SameLine(file[first], lines[0]) &&
            SameLine(file[first + lines.Count - 1], lines[lines.Count - 1]) &&
            MiddleIsAlike(file, first, lines));

    private static SameBlock SameTrimmed { get; } = Each(SameLine);

    private static bool SameLine(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Trim(TextLines.Blanks).SequenceEqual(b.Trim(TextLines.Blanks));

    private static SameBlock Each(Func<ReadOnlySpan<char>, ReadOnlySpan<char>, bool> same) => (file, first, lines) =>
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (!same(file[first + i], lines[i]))
                return false;
        }

        return true;
    };

    private static bool MiddleIsAlike(TextLines file, int first, TextLines lines)
    {
        var sum = 0.0;
        for (var i = 1; i < lines.Count - 1; i++)
        {
            var likeness = Likeness.Of(file[first + i].Trim(TextLines.Blanks), lines[i].Trim(TextLines.Blanks));
            if (likeness < LikenessOfEach)
                return false;
            sum += likeness;
        }

        return sum >= LikenessOfAll * (lines.Count - 2);
    }

    /// <summary>All places where the block stands; once more without a stray empty line at its start if there is none.</summary>
    private static List<LooseMatch> Find(string text, string wanted, string given, bool shift, SameBlock same)
    {
        var found = FindBlock(text, wanted, given, shift, same);
        if (found.Count > 0 || !wanted.StartsWith('\n') || wanted.AsSpan().Trim('\n').IsEmpty)
            return found;
        return FindBlock(text, wanted.TrimStart('\n'), given.TrimStart('\n'), shift, same);
    }

    private static List<LooseMatch> FindBlock(string text, string wanted, string given, bool shift, SameBlock same)
    {
        var (file, lines) = (new TextLines(text), new TextLines(wanted));
        var found = new List<LooseMatch>();
        for (var first = 0; first + lines.Count <= file.Count; first++)
        {
            if (!same(file, first, lines))
                continue;
            var last = first + lines.Count - 1;
            var end = lines.EndsWithNewline ? file.EndWithNewline(last) : file.End(last);
            var replacement = shift && IndentShift.Between(lines, file, first) is { } by ? by.Apply(given) : given;
            // The file may lack the final newline that the old text has; then it goes on lacking it.
            if (lines.EndsWithNewline && end == file.End(last) && replacement.EndsWith('\n'))
                replacement = replacement[..^1];
            found.Add(new LooseMatch(file.Start(first), end - file.Start(first), replacement));
        }

        return found;
    }
}

/// <summary>By how much a block was moved right (blanks put before each line) or left (blanks taken away).</summary>
internal sealed record IndentShift(string Blanks, bool Right)
{
    /// <summary>Null when no one shift explains every line, as with tabs against spaces.</summary>
    public static IndentShift? Between(TextLines from, TextLines to, int first)
    {
        IndentShift? shift = null;
        for (var i = 0; i < from.Count; i++)
        {
            var before = from.Indent(i);
            var after = to.Indent(first + i);
            if (before.Length == from[i].Length)
                continue;
            var right = after.Length >= before.Length;
            if (!(right ? after.EndsWith(before) : before.EndsWith(after)))
                return null;
            var blanks = right ? after[..^before.Length] : before[..^after.Length];
            shift ??= new IndentShift(blanks.ToString(), right);
            if (!blanks.SequenceEqual(shift.Blanks) || (right != shift.Right && !blanks.IsEmpty))
                return null;
        }

        return shift;
    }

    public string Apply(string text) =>
        Blanks.Length == 0 ? text : string.Join('\n', text.Split('\n').Select(line => Right ? MoveRight(line) : MoveLeft(line)));

    private string MoveRight(string line) => line.AsSpan().Trim(TextLines.Blanks).IsEmpty ? line : Blanks + line;

    private string MoveLeft(string line) =>
        line.StartsWith(Blanks, StringComparison.Ordinal) ? line[Blanks.Length..] : line.TrimStart(' ', '\t');
}
