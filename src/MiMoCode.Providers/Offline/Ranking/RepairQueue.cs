using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>
/// The repairs that are left, the most promising first. It learns from each try: a line whose changes leave the failure as it was is
/// probably never reached, one that changes only the failing tests is probably the right one.
/// </summary>
internal sealed class RepairQueue
{
    private readonly List<(Candidate Repair, double Score)> left;
    private readonly Dictionary<(string Path, int Line), double> learnt = [];

    public RepairQueue(IEnumerable<SourceFile> files, Suspicion suspicion, Clues clues)
    {
        left =
        [
            .. files.SelectMany(file => Catalogue.Of(file, clues))
                .Select(repair => (Repair: repair, Score: repair.Weight * suspicion.Of(repair.File, repair.Line)))
                .OrderByDescending(item => item.Score).ThenBy(item => item.Repair.File.Path, StringComparer.Ordinal).ThenBy(item => item.Repair.Start),
        ];
    }

    public int Count => left.Count;

    /// <summary>Takes the most promising repair out; null when none is left.</summary>
    public Candidate? Take()
    {
        if (left.Count is 0)
            return null;
        var best = 0;
        for (var index = 1; index < left.Count; index++)
        {
            if (Score(index) > Score(best))
                best = index;
        }

        var repair = left[best].Repair;
        left.RemoveAt(best);
        return repair;
    }

    /// <summary>What a try of a repair has shown about its line.</summary>
    public void Learn(Candidate repair, Verdict verdict)
    {
        var key = (repair.File.Path, repair.Line);
        learnt[key] = learnt.GetValueOrDefault(key, 1) * verdict switch
        {
            Verdict.Same => 0.85,
            Verdict.Different => 1.3,
            Verdict.Worse => 0.8,
            _ => 0.95,
        };
    }

    private double Score(int index) => left[index].Score * learnt.GetValueOrDefault((left[index].Repair.File.Path, left[index].Repair.Line), 1);
}
