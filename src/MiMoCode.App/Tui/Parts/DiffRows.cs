using System.Globalization;

namespace MiMoCode.App.Tui.Parts;

/// <summary>What a row of a diff is.</summary>
internal enum DiffKind
{
    Context,
    Added,
    Removed,
    Hunk,
}

/// <summary>A row of a diff: a part of its text. A line number of 0 is none.</summary>
internal readonly record struct DiffRow(DiffKind Kind, int Old, int New, int Start, int Length);

/// <summary>The rows of a unified diff, without its file headings. Every other line of it is a row: nothing may hide behind an odd one.</summary>
internal sealed class DiffRows
{
    private readonly string diff;
    private readonly List<DiffRow> rows = [];
    private int old;
    private int next;
    private int oldLeft;
    private int nextLeft;

    private DiffRows(string diff) => this.diff = diff;

    public IReadOnlyList<DiffRow> Rows => rows;

    /// <summary>The greatest line number.</summary>
    public int Last => Math.Max(old, next);

    public static DiffRows Parse(string diff)
    {
        var parsed = new DiffRows(diff);
        var inHunk = false;
        for (var start = 0; start < diff.Length;)
        {
            var feed = diff.AsSpan(start).IndexOf('\n');
            var length = feed < 0 ? diff.Length - start : feed;
            inHunk = parsed.Take(start, length, inHunk);
            start += length + 1;
        }

        return parsed;
    }

    public ReadOnlySpan<char> TextOf(DiffRow row) => diff.AsSpan(row.Start, row.Length);

    private bool Take(int start, int length, bool inHunk)
    {
        var line = diff.AsSpan(start, length);
        if (line.StartsWith("@@", StringComparison.Ordinal))
        {
            ((old, oldLeft), (next, nextLeft)) = (NumbersAfter(line, '-'), NumbersAfter(line, '+'));
            rows.Add(new DiffRow(DiffKind.Hunk, 0, 0, start, length));
            return true;
        }

        // Only when all that the hunk announced has come: a removed line may begin with two hyphens.
        if (!inHunk || (oldLeft <= 0 && nextLeft <= 0 && IsHeading(line)))
            return false;
        switch (line)
        {
            case ['+', ..]: Add(DiffKind.Added, 0, next++, start + 1, length - 1); nextLeft--; break;
            case ['-', ..]: Add(DiffKind.Removed, old++, 0, start + 1, length - 1); oldLeft--; break;
            case ['\\', ..]: break;
            default:
                var skip = line is [' ', ..] ? 1 : 0;
                Add(DiffKind.Context, old++, next++, start + skip, length - skip);
                (oldLeft, nextLeft) = (oldLeft - 1, nextLeft - 1);
                break;
        }

        return true;
    }

    private void Add(DiffKind kind, int oldNumber, int newNumber, int start, int length)
    {
        if (length > 0 && diff[start + length - 1] == '\r')
            length--;   // the end of the line in files of Windows
        var end = start + length;
        do
        {
            var piece = start + PlainText.EndOfPiece(diff.AsSpan(start, end - start), 0);
            rows.Add(new DiffRow(kind, oldNumber, newNumber, start, piece - start));
            (oldNumber, newNumber, start) = (0, 0, piece);
        }
        while (start < end);
    }

    private static bool IsHeading(ReadOnlySpan<char> line) =>
        line.IsEmpty || line.StartsWith("--- ", StringComparison.Ordinal) || line.StartsWith("+++ ", StringComparison.Ordinal)
        || line.StartsWith("diff ", StringComparison.Ordinal) || line.StartsWith("index ", StringComparison.Ordinal);

    private static (int First, int Count) NumbersAfter(ReadOnlySpan<char> line, char sign)
    {
        var at = line.IndexOf(sign);
        if (at < 0)
            return (1, 1);
        var first = Number(line[(at + 1)..], out var end);
        var rest = line[(at + 1 + end)..];
        return (first, rest is [',', ..] ? Number(rest[1..], out _) : 1);
    }

    private static int Number(ReadOnlySpan<char> text, out int end)
    {
        end = text.IndexOfAnyExceptInRange('0', '9');
        end = end < 0 ? text.Length : end;
        return int.TryParse(text[..end], CultureInfo.InvariantCulture, out var number) ? number : 1;
    }
}
