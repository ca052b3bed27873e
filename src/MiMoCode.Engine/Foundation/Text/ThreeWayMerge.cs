using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <param name="Text">The merged text; null when both sides changed the same lines.</param>
/// <param name="Conflicts">Line numbers, from 1, of the common ancestor where the sides collide.</param>
internal sealed record ThreeWayMerge(string? Text, IReadOnlyList<int> Conflicts)
{
    /// <summary>
    /// Joins two sets of changes to one text. Changes that touch or overlap collide unless both sides made the same change.
    /// </summary>
    public static ThreeWayMerge Of(string ancestor, string mine, string theirs)
    {
        if (mine == theirs || ancestor == theirs)
            return new ThreeWayMerge(mine, []);
        if (ancestor == mine)
            return new ThreeWayMerge(theirs, []);
        var (old, left, right) = (LineDiff.Split(ancestor), LineDiff.Split(mine), LineDiff.Split(theirs));
        var (ours, others) = (new Queue<LineChange>(LineDiff.Between(old, left)), new Queue<LineChange>(LineDiff.Between(old, right)));
        var (merged, conflicts) = (new StringBuilder(), new List<int>());
        var at = 0;
        while (ours.Count > 0 || others.Count > 0)
        {
            var (change, source, other) = Next(ours, left, others, right);
            if (other is { } rival && Touch(change, rival))
            {
                if (!Same(change, left, rival, right))
                    conflicts.Add(Math.Min(change.OldStart, rival.OldStart) + 1);
                others.Dequeue();
            }

            Append(merged, old, at, change.OldStart);
            Append(merged, source, change.NewStart, change.NewEnd);
            at = Math.Max(at, change.OldEnd);
        }

        Append(merged, old, at, old.Length);
        return conflicts.Count == 0 ? new ThreeWayMerge(merged.ToString(), []) : new ThreeWayMerge(null, conflicts);
    }

    /// <summary>Takes the earlier change; when the other side's next one touches it, that is the rival and is left in its queue.</summary>
    private static (LineChange Change, string[] Source, LineChange? Rival) Next(
        Queue<LineChange> ours, string[] left, Queue<LineChange> others, string[] right)
    {
        if (ours.Count > 0 && (others.Count == 0 || ours.Peek().OldStart <= others.Peek().OldStart || Touch(ours.Peek(), others.Peek())))
            return (ours.Dequeue(), left, others.Count > 0 ? others.Peek() : null);
        return (others.Dequeue(), right, null);
    }

    private static bool Touch(LineChange a, LineChange b) => a.OldStart <= b.OldEnd && b.OldStart <= a.OldEnd;

    private static bool Same(LineChange a, string[] left, LineChange b, string[] right) =>
        a.OldStart == b.OldStart && a.OldLength == b.OldLength &&
        left.AsSpan(a.NewStart, a.NewLength).SequenceEqual(right.AsSpan(b.NewStart, b.NewLength));

    private static void Append(StringBuilder text, string[] lines, int from, int to)
    {
        for (var i = from; i < to; i++)
            text.Append(lines[i]);
    }
}
