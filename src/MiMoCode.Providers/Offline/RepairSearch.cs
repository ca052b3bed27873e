using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;
using MiMoCode.Providers.Offline.Ranking;

namespace MiMoCode.Providers.Offline;

/// <summary>A repair that is in the code, and the edit that put it there.</summary>
internal sealed record Kept(Candidate Repair, EditText Edit);

/// <summary>
/// Tries repairs one at a time and takes each back unless all tests pass. One that only helps is remembered; when no single repair is
/// enough, the best of those is put in and the search goes on from there. In the end either all tests pass or nothing is changed.
/// </summary>
internal sealed class RepairSearch(TestFinder found, CodeReader code)
{
    private const int SureTries = 40;
    private const int MostTries = 400;
    private const int TriesAfterHelp = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly List<Kept> kept = [];
    private readonly HashSet<(string Path, int Start, string Text)> refuted = [];
    private (Candidate Repair, TestRun Run, int AtTry)? helpful;
    private TestRun run = found.Run;
    private string line = found.TryLine;
    private TimeSpan spent;

    public int Tries { get; private set; }

    /// <summary>What stays in the code: empty unless all tests pass.</summary>
    public IReadOnlyList<Kept> Kept => kept;

    public IEnumerable<Move> Moves()
    {
        var queue = Rank();
        yield return new Say($"{queue.Count} small repairs are possible in {code.Sources.Count} {(code.Sources.Count is 1 ? "file" : "files")}; trying the likeliest first.");
        while (MayTry && queue.Take() is { } repair)
        {
            if (EditText.Of(repair) is not { } edit || refuted.Contains((repair.File.Path, repair.Start, repair.Replacement)))
                continue;
            var change = Act.Edit(repair.File.Path, edit.Old, edit.New);
            yield return change;
            if (change.Outcome.Failed)
                continue;
            Tries++;
            var test = Act.Bash(line, $"Try {Tries}: {repair}", found.Timeout);
            yield return test;
            spent += test.Outcome.Took;
            var result = TestRun.Of(test.Outcome);
            var verdict = result.Since(run);
            if (verdict is Verdict.Repaired)
            {
                var all = Act.Bash(found.Command!.Line, "Run all the tests once more", found.Timeout);
                yield return all;
                if (TestRun.Of(all.Outcome).Passes)
                {
                    kept.Add(new Kept(repair, edit));
                    yield break;
                }

                // The shorter way to run the tests does not see everything.
                line = found.Command.Line;
            }

            yield return Act.Edit(repair.File.Path, edit.New, edit.Old);
            queue.Learn(repair, verdict);
            refuted.Add((repair.File.Path, repair.Start, repair.Replacement));
            if (verdict is Verdict.Better && !(helpful?.Run.Report.Failed.Count <= result.Report.Failed.Count))
                helpful = (repair, result, helpful?.AtTry ?? Tries);
            if (helpful is not { } help || (Tries - help.AtTry < TriesAfterHelp && queue.Count > 0))
                continue;
            foreach (var move in Build(help.Repair, help.Run))
                yield return move;
            queue = Rank();
        }

        foreach (var each in Enumerable.Reverse(kept))
            yield return Act.Edit(each.Repair.File.Path, each.Edit.New, each.Edit.Old);
        kept.Clear();
    }

    /// <summary>Puts in a repair that helps, to look for what is still missing.</summary>
    private IEnumerable<Move> Build(Candidate repair, TestRun better)
    {
        helpful = null;
        yield return new Say($"No single repair is enough so far; going on from one that helps: {repair}");
        var edit = EditText.Of(repair)!;
        var change = Act.Edit(repair.File.Path, edit.Old, edit.New);
        yield return change;
        if (change.Outcome.Failed)
            yield break;
        kept.Add(new Kept(repair, edit));
        run = better;
        code.Sources[repair.File.Path] = repair.File.With(repair.Apply());
        refuted.Clear();
    }

    private bool MayTry => Tries < SureTries || (Tries < MostTries && spent < Patience);

    private RepairQueue Rank()
    {
        var sources = code.Sources.Values.OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        var suspicion = new Suspicion(sources, code.Tests, found.Files, run.Report, code.Reached);
        return new RepairQueue(sources, suspicion, Clues.Of(run.Report, [.. sources, .. code.Tests]));
    }
}
