namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>What more than one session of a project came to know: it is likely to be needed again.</summary>
internal static class Recurring
{
    private const double SameWords = 0.6;

    /// <summary>The lasting lines that say the same as a line of another session.</summary>
    public static IEnumerable<CheckpointLine> In(CheckpointDocument document, IEnumerable<CheckpointDocument> others)
    {
        var vocabulary = new Vocabulary();
        var known = others.SelectMany(other => other.Lines).Where(line => line.Section.IsDurable).Select(line => Statement.Of(line.Text, vocabulary)).ToList();
        return document.Lines.Where(line => line.Section.IsDurable && Statement.Of(line.Text, vocabulary) is var said && known.Exists(other => SaysTheSame(said, other)));
    }

    private static bool SaysTheSame(Statement one, Statement other) =>
        one.Words.Count > 0 && one.Values.SetEquals(other.Values)
        && one.Words.CountIn(other.Words) >= SameWords * Math.Max(one.Words.Count, other.Words.Count);
}
