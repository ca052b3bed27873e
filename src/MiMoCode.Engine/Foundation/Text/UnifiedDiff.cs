using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <param name="Text">Hunks with three lines of context, as <c>git apply</c> reads them; empty when nothing changed.</param>
/// <param name="Additions">Lines added.</param>
/// <param name="Deletions">Lines removed.</param>
internal sealed record UnifiedDiff(string Text, int Additions, int Deletions)
{
    private const int Context = 3;

    /// <param name="path">Named in both headers, unless a side is missing.</param>
    /// <param name="before">Null when the file is made.</param>
    /// <param name="after">Null when the file is deleted.</param>
    public static UnifiedDiff Between(string path, string? before, string? after)
    {
        var (old, now) = (LineDiff.Split(before ?? ""), LineDiff.Split(after ?? ""));
        var changes = LineDiff.Between(old, now);
        if (changes.Count == 0)
            return new UnifiedDiff("", 0, 0);
        var text = new StringBuilder()
            .Append("--- ").Append(before is null ? "/dev/null" : "a/" + path).Append('\n')
            .Append("+++ ").Append(after is null ? "/dev/null" : "b/" + path).Append('\n');
        for (var first = 0; first < changes.Count;)
        {
            var last = first;
            while (last + 1 < changes.Count && changes[last + 1].OldStart - changes[last].OldEnd <= 2 * Context)
                last++;
            Hunk(text, old, now, changes, first, last);
            first = last + 1;
        }

        return new UnifiedDiff(text.ToString(), changes.Sum(change => change.NewLength), changes.Sum(change => change.OldLength));
    }

    private static void Hunk(StringBuilder text, string[] old, string[] now, IReadOnlyList<LineChange> changes, int first, int last)
    {
        var lead = Math.Min(Context, changes[first].OldStart);
        var trail = Math.Min(Context, old.Length - changes[last].OldEnd);
        var (oldStart, oldEnd) = (changes[first].OldStart - lead, changes[last].OldEnd + trail);
        var (newStart, newEnd) = (changes[first].NewStart - lead, changes[last].NewEnd + trail);
        text.Append("@@ -").Append(Range(oldStart, oldEnd)).Append(" +").Append(Range(newStart, newEnd)).Append(" @@\n");
        var at = oldStart;
        for (var i = first; i <= last; i++)
        {
            Lines(text, ' ', old.AsSpan(at..changes[i].OldStart));
            Lines(text, '-', old.AsSpan(changes[i].OldStart, changes[i].OldLength));
            Lines(text, '+', now.AsSpan(changes[i].NewStart, changes[i].NewLength));
            at = changes[i].OldEnd;
        }

        Lines(text, ' ', old.AsSpan(at..oldEnd));
    }

    /// <summary>Lines are counted from 1; an empty range names the line before it.</summary>
    private static string Range(int start, int end) => (end - start) switch
    {
        0 => $"{start},0",
        1 => $"{start + 1}",
        var length => $"{start + 1},{length}",
    };

    private static void Lines(StringBuilder text, char kind, ReadOnlySpan<string> lines)
    {
        foreach (var line in lines)
        {
            text.Append(kind).Append(line);
            if (!line.EndsWith('\n'))
                text.Append("\n\\ No newline at end of file\n");
        }
    }
}
