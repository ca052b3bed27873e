using System.Collections.Frozen;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// Finds what a text says anew about things that are remembered, so that it comes into view although the text itself is too long for
/// the window.
/// </summary>
internal sealed class RememberedSubjects(CheckpointStore checkpoints)
{
    /// <summary>The lines of a text that speak of what is remembered, and differently; each with what it is to be shown as.</summary>
    public IReadOnlyDictionary<string, string> ChangedBy(Session session, string text)
    {
        if (Known(session) is not { Lines.IsEmpty: false } known)
            return FrozenDictionary<string, string>.Empty;
        var vocabulary = new Vocabulary();
        var record = new Record(Statement.In(text, vocabulary), vocabulary);
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in known.Lines.Where(line => line.Section.IsDurable))
        {
            var old = Statement.Of(line.Text, vocabulary);
            if (record.SaidLater(old, line.Seq, null) is { } later)
                lines.TryAdd(later.Line, later.Text);
        }

        return lines;
    }

    // A new session knows what the one before it knew.
    private CheckpointDocument? Known(Session session) =>
        (checkpoints.Latest(session.RootId) ?? checkpoints.OfProject(session.Info.ProjectId, session.RootId, 1).FirstOrDefault().Checkpoint) is { } latest
            ? CheckpointDocument.Parse(latest.Body) : null;
}
