using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A change to a memory that a model proposes: these lines go, and another one that stays, or a text, stands for them.</summary>
/// <param name="Lines">The lines that go, counted from 1.</param>
/// <param name="Stays">The line that stands for them; null: the text does.</param>
/// <param name="IsOverruled">The line that stays says otherwise, and later.</param>
/// <param name="Text">What is written in their place.</param>
internal sealed record MemoryEdit(ImmutableArray<int> Lines, int? Stays, bool IsOverruled, string Text);

/// <summary>
/// Edits to a memory as a model writes them, and what holds of each: nothing that a person wrote is touched, no value is lost or
/// invented, the later word holds.
/// </summary>
internal static partial class MemoryEdits
{
    private const int LongestLine = 400;

    /// <summary>The edits that a reply holds; what is none is passed over.</summary>
    public static ImmutableArray<MemoryEdit> Parse(string reply) =>
    [
        .. from line in reply.Split('\n')
           let match = Edit().Match(line)
           where match.Success
           let lines = match.Groups["line"].Captures.Select(capture => Number(capture.Value)).Distinct().ToImmutableArray()
           select match.Groups["stays"].Success
               ? new MemoryEdit(lines, Number(match.Groups["stays"].Value), match.Groups["how"].Value is "overruled by", "")
               : new MemoryEdit(lines, null, false, match.Groups["text"].Value.Trim()),
    ];

    /// <summary>Why an edit may not be made; null when it may.</summary>
    /// <param name="edit">The edit.</param>
    /// <param name="find">The line of a number, as long as it stands there.</param>
    public static string? ProblemOf(MemoryEdit edit, Func<int, RememberedWords?> find)
    {
        var gone = edit.Lines.Select(find).OfType<RememberedWords>().ToList();
        if (gone.Count < edit.Lines.Length)
            return "it names a line that is not there";
        if (gone.Exists(line => !line.IsOwn))
            return "a person wrote that line";
        if (edit.Stays is null)
            return ProblemOfText(edit, gone);
        if (edit.Lines.Contains(edit.Stays.Value) || find(edit.Stays.Value) is not { } stays)
            return "the line that is to stay is not there";
        return gone.Select(line => edit.IsOverruled ? ProblemOfOverruling(line, stays) : ProblemOfSame(line, stays.Said)).FirstOrDefault(problem => problem is not null);
    }

    private static string? ProblemOfText(MemoryEdit edit, List<RememberedWords> gone)
    {
        if (edit.Lines.Length < 2 || edit.Text.Length is 0 or > LongestLine)
            return "one text of at most 400 letters stands for two lines or more";
        var known = gone.SelectMany(line => line.Values).ToImmutableHashSet();
        return RememberedWords.ValuesIn(edit.Text).Except(known) is { Count: > 0 } invented
            ? $"{string.Join(", ", invented)} does not stand in these lines"
            : gone.Select(line => ProblemOfSame(line, edit.Text)).FirstOrDefault(problem => problem is not null);
    }

    private static string? ProblemOfSame(RememberedWords gone, string stays) =>
        gone.Values.Except(RememberedWords.ValuesIn(stays)) is { Count: > 0 } lost ? $"{string.Join(", ", lost)} would be lost"
        : RememberedWords.Denies(gone.Said) != RememberedWords.Denies(stays) ? "one says the contrary of the other"
        : ProblemOfSubject(gone, stays);

    private static string? ProblemOfOverruling(RememberedWords gone, RememberedWords stays) =>
        stays.IsOwn && stays.Seq <= gone.Seq ? "it was said earlier" : ProblemOfSubject(gone, stays.Said);

    private static string? ProblemOfSubject(RememberedWords gone, string stays) =>
        gone.Subjects.Intersect(RememberedWords.SubjectsIn(stays)).IsEmpty ? "they have no word in common" : null;

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?:[-*]\s+)?\[(?<line>\d{1,6})\](?:\s*\+?\s*\[(?<line>\d{1,6})\])*\s*(?:(?<how>same as|overruled by)\s+\[(?<stays>\d{1,6})\]|:\s*(?<text>\S.*))")]
    private static partial Regex Edit();
}
