using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>One replaced span of a text, in characters of that text.</summary>
internal readonly record struct TextEdit(int Start, int Length, string Replacement)
{
    public int End => Start + Length;

    /// <summary>Applies edits that are in order and do not overlap.</summary>
    public static string Apply(string text, IReadOnlyList<TextEdit> edits)
    {
        var result = new StringBuilder(text.Length);
        var from = 0;
        foreach (var edit in edits)
        {
            result.Append(text, from, edit.Start - from).Append(edit.Replacement);
            from = edit.End;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }
}

/// <summary>How much had to be overlooked to find the old text; each level is tried only when the one before found nothing.</summary>
internal enum MatchLevel
{
    Exact,
    TrailingBlanks,
    Indentation,
    LineEdges,
    BlankRuns,
    Escapes,
    Punctuation,
    Anchors,
}

/// <summary>Why an edit cannot be made.</summary>
internal enum EditProblem
{
    MissingFile,
    EmptyOldText,
    Identical,
    NotFound,
    Ambiguous,
}

/// <summary>What became of a wish to edit: the edits and the text they give, or the reason against it.</summary>
internal abstract record EditOutcome
{
    private EditOutcome()
    {
    }

    /// <param name="Edits">In order, in characters of the old text; empty when the file is created.</param>
    /// <param name="Text">The whole new text.</param>
    /// <param name="Level">How loosely the old text matched.</param>
    public sealed record Matched(IReadOnlyList<TextEdit> Edits, string Text, MatchLevel Level) : EditOutcome;

    /// <param name="Problem">The kind of failure.</param>
    /// <param name="Message">What happened and what to do, for the model.</param>
    public sealed record Failed(EditProblem Problem, string Message) : EditOutcome;
}
