using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>
/// The repairs that are left, the most promising first. It learns from each try: a line whose changes leave the failure as it was is
/// probably the wrong one, a line whose change mends a test probably the right one.
/// </summary>
internal sealed class RepairQueue
{
    /// <summary>More than are ever tried; what is ranked lower is not worth the time of looking at it each time.</summary>
    private const int Most = 2000;

    private readonly List<Item> left;

    public RepairQueue(IEnumerable<SourceFile> files, Suspicion suspicion, Clues clues)
    {
        var lines = new Dictionary<(string Path, int Line), Learnt>();
        var all = files.SelectMany(file => Catalogue.Of(file, clues))
            .Select(repair => (Repair: repair, Score: repair.Weight * suspicion.Of(repair.File, repair.Line)))
            .OrderByDescending(item => item.Score).ThenBy(item => item.Repair.File.Path, StringComparer.Ordinal).ThenBy(item => item.Repair.Start)
            .ToList();
        Count = all.Count;
        left = [.. all.Take(Most).Select(item => new Item(item.Repair, item.Score, Of(lines, item.Repair)))];
    }

    /// <summary>How many repairs were possible.</summary>
    public int Count { get; private set; }

    /// <summary>Takes the most promising repair out; null when none is left.</summary>
    public Candidate? Take()
    {
        if (left.Count is 0)
            return null;
        var best = 0;
        for (var index = 1; index < left.Count; index++)
        {
            if (left[index].Now > left[best].Now)
                best = index;
        }

        var repair = left[best].Repair;
        left.RemoveAt(best);
        Count--;
        return repair;
    }

    /// <summary>What a try of a repair has shown about its line.</summary>
    public void Learn(Candidate repair, Verdict verdict)
    {
        if (left.Find(item => item.Repair.File == repair.File && item.Repair.Line == repair.Line)?.Line is { } line)
            line.Learn(verdict);
    }

    private static Learnt Of(Dictionary<(string Path, int Line), Learnt> lines, Candidate repair)
    {
        var key = (repair.File.Path, repair.Line);
        return lines.TryGetValue(key, out var known) ? known : lines[key] = new Learnt();
    }

    private sealed record Item(Candidate Repair, double Score, Learnt Line)
    {
        public double Now => Score * Line.Factor;
    }

    /// <summary>What tries have shown about one line.</summary>
    private sealed class Learnt
    {
        private bool lively;

        public double Factor { get; private set; } = 1;

        public void Learn(Verdict verdict)
        {
            Factor *= verdict switch
            {
                Verdict.Better => 2.5,
                Verdict.Different when !lively => 1.2,
                Verdict.Different => 0.97,
                Verdict.Same => 0.8,
                _ => 0.96,
            };
            lively |= verdict is Verdict.Different;
        }
    }
}
