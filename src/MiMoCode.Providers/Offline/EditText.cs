using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline;

/// <summary>The texts of an edit and of its inverse: whole lines, as many as are needed to occur once, before and after.</summary>
internal sealed record EditText(string Old, string New)
{
    public static EditText? Of(Candidate candidate)
    {
        var before = candidate.File.Text;
        var after = candidate.Apply();
        var start = LineStart(before, candidate.Start);
        var end = LineEnd(before, candidate.Start + candidate.Length);
        for (var widened = 0; widened < 12; widened++)
        {
            var edit = new EditText(before[start..end], after[start..(end + after.Length - before.Length)]);
            if (edit.Old.Length > 0 && edit.New.Length > 0 && IsOnce(before, edit.Old) && IsOnce(after, edit.New))
                return edit;
            start = start > 0 ? LineStart(before, start - 1) : 0;
            end = end < before.Length ? LineEnd(before, end + 1) : end;
        }

        return null;
    }

    private static int LineStart(string text, int at) => at <= 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    private static int LineEnd(string text, int at) => at >= text.Length ? text.Length : text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    private static bool IsOnce(string text, string part) =>
        text.IndexOf(part, StringComparison.Ordinal) is >= 0 and var first && text.IndexOf(part, first + 1, StringComparison.Ordinal) < 0;
}
