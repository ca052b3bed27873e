namespace MiMoCode.Engine.Foundation.Text;

/// <summary>
/// Finds the one place that an edit means. The old text is looked for exactly first; each looser level is tried only when the
/// stricter ones found nothing; one place at a level or a failure, never a guess. Everything outside the changed span stays.
/// </summary>
internal static class EditMatcher
{
    private const int PlacesNamed = 5;

    /// <param name="text">The file's text, null when there is no file. Its line endings may be any.</param>
    /// <param name="oldText">What to find; empty to create a missing file.</param>
    /// <param name="newText">What to put there, literally; it takes over the line endings around it.</param>
    /// <param name="replaceAll">Replace every exact occurrence; loose matches do not count.</param>
    public static EditOutcome Apply(string? text, string oldText, string newText, bool replaceAll = false)
    {
        if (text is null)
            return Create(oldText, newText);
        var (wanted, given) = (LineEndings.Unify(oldText), LineEndings.Unify(newText));
        if (wanted == given)
            return Failed(EditProblem.Identical, "oldString and newString are the same: nothing to change.");
        if (wanted.Length == 0)
        {
            return Failed(EditProblem.EmptyOldText,
                "The file exists already, so oldString must not be empty. Give the text to replace, or write the whole file.");
        }

        var file = new LineEndings(text);
        return replaceAll ? ReplaceAll(file, wanted, given, newText) : ReplaceOne(file, wanted, given, newText);
    }

    private static EditOutcome Create(string oldText, string newText) => oldText.Length == 0
        ? new EditOutcome.Matched([], newText, MatchLevel.Exact)
        : Failed(EditProblem.MissingFile, "The file does not exist. Check the path, or leave oldString empty to create the file.");

    private static EditOutcome ReplaceAll(LineEndings file, string wanted, string given, string newText)
    {
        var places = new List<LooseMatch>();
        for (int at, from = 0; (at = file.Plain.IndexOf(wanted, from, StringComparison.Ordinal)) >= 0; from = at + wanted.Length)
            places.Add(new LooseMatch(at, wanted.Length, given));
        return places.Count == 0
            ? Failed(EditProblem.NotFound,
                "oldString was not found. With replaceAll it must match exactly, blanks included. " + Nearest.Place(file.Plain, wanted))
            : Done(file, places, MatchLevel.Exact, newText);
    }

    private static EditOutcome ReplaceOne(LineEndings file, string wanted, string given, string newText)
    {
        foreach (var (level, find) in Levels)
        {
            var places = find(file.Plain, wanted, given);
            if (places.Count == 1)
                return Done(file, places, level, newText);
            if (places.Count > 1)
                return Ambiguous(file.Plain, places, level);
            if (string.IsNullOrWhiteSpace(wanted))
                break;
        }

        return Failed(EditProblem.NotFound, "oldString was not found. " + Nearest.Place(file.Plain, wanted));
    }

    private static (MatchLevel Level, Func<string, string, string, List<LooseMatch>> Find)[] Levels { get; } =
    [
        (MatchLevel.Exact, Exact),
        (MatchLevel.TrailingBlanks, LineMatches.WithoutTrailingBlanks),
        (MatchLevel.Indentation, LineMatches.Shifted),
        (MatchLevel.LineEdges, LineMatches.Trimmed),
        (MatchLevel.BlankRuns, FoldedMatches.BlankRuns),
        (MatchLevel.Escapes, FoldedMatches.Escapes),
        (MatchLevel.Punctuation, FoldedMatches.Punctuation),
        (MatchLevel.Anchors, LineMatches.Anchored),
    ];

    /// <summary>Overlapping places count: "aa" in "aaa" could mean either.</summary>
    private static List<LooseMatch> Exact(string text, string wanted, string given)
    {
        var places = new List<LooseMatch>();
        for (int at, from = 0; (at = text.IndexOf(wanted, from, StringComparison.Ordinal)) >= 0; from = at + 1)
            places.Add(new LooseMatch(at, wanted.Length, given));
        return places;
    }

    private static EditOutcome.Matched Done(LineEndings file, List<LooseMatch> places, MatchLevel level, string newText)
    {
        var edits = places.ConvertAll(place => ToOriginal(file, place, newText));
        return new EditOutcome.Matched(edits, TextEdit.Apply(file.Original, edits), level);
    }

    /// <summary>What old and new share at both ends stays as the file has it, odd line endings included.</summary>
    private static TextEdit ToOriginal(LineEndings file, LooseMatch place, string newText)
    {
        var found = file.Plain.AsSpan(place.Start, place.Length);
        var head = found.CommonPrefixLength(place.Replacement);
        var tail = 0;
        var most = Math.Min(found.Length, place.Replacement.Length) - head;
        while (tail < most && found[^(tail + 1)] == place.Replacement[^(tail + 1)])
            tail++;
        var (start, end) = (place.Start + head, place.Start + place.Length - tail);
        var middle = place.Replacement[head..^tail];
        if (file.HasAny || !newText.Contains("\r\n", StringComparison.Ordinal))
            middle = file.Adopt(middle, start);
        else
            middle = middle.Replace("\n", "\r\n", StringComparison.Ordinal);
        var from = file.OriginalOffset(start);
        return new TextEdit(from, file.OriginalOffset(end) - from, middle);
    }

    private static EditOutcome.Failed Ambiguous(string text, List<LooseMatch> places, MatchLevel level)
    {
        var lines = places.Take(PlacesNamed).Select(place => text.AsSpan(0, place.Start).Count('\n') + 1);
        var more = places.Count > PlacesNamed ? ", …" : "";
        var (how, all) = level == MatchLevel.Exact ? ("", ", or set replaceAll") : (" apart from blanks or spelling", "");
        return Failed(EditProblem.Ambiguous,
            $"oldString matches{how} in {places.Count} places (lines {string.Join(", ", lines)}{more}). " +
            $"Add lines around it until it is unique{all}.");
    }

    private static EditOutcome.Failed Failed(EditProblem problem, string message) => new(problem, message);
}

/// <summary>A place where the old text stands, in characters of the plain text, and what to put there.</summary>
internal sealed record LooseMatch(int Start, int Length, string Replacement);
