using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Foundation.Text;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>Chooses the lines of a checkpoint that fit, each once: what is to be done, what holds against older lines, then the newest.</summary>
internal static class CheckpointView
{
    private const int MarksPerLine = 12;

    public static string Render(CheckpointDocument document, long tokens)
    {
        document = new([.. document.Lines.GroupBy(line => line.Text, StringComparer.OrdinalIgnoreCase).Select(same => same.OrderBy(line => line.Seq).Last())]);
        var wanted = new HashSet<CheckpointLine>(ReferenceEqualityComparer.Instance);
        var left = tokens - (CheckpointSection.All.Count * 6);
        foreach (var line in document.Lines.OrderBy(Rank).ThenByDescending(line => line.Seq))
        {
            left -= TokenEstimate.Of(line.Text) + MarksPerLine;
            if (left < 0)
                break;
            wanted.Add(line);
        }

        return document.Render(CheckpointSection.All, wanted.Contains);
    }

    private static int Rank(CheckpointLine line) =>
        line.Section.IsReplaced ? 0 : line.Section == CheckpointSection.Rules || line.Section == CheckpointSection.Later ? 1 : 2;
}
