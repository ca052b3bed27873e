using MiMoCode.Providers.Offline.Ranking;

namespace MiMoCode.Providers.Offline;

/// <summary>
/// The whole job as one story: find the tests, run them, read what they are about, try repairs, keep what mends, show it.
/// Each move that is a tool call has its outcome once the plan goes on; see <see cref="Replay"/>.
/// </summary>
internal sealed class RepairPlan(Conversation talk, OfflineTexts texts)
{
    public IEnumerable<Move> Moves()
    {
        yield return new Say(texts.Intro);
        var found = new TestFinder(talk);
        foreach (var move in found.Moves())
            yield return move;
        if (found.Command is null)
        {
            yield return new Say(found.Run == TestRun.None ? "I found no tests to run here. Name the command in the prompt, in backticks." : "I found no test command that runs here.");
            yield break;
        }

        if (found.Run.Passes)
        {
            yield return new Say($"The tests pass already: `{found.Command.Line}` ended with 0. There is nothing to repair.");
            yield break;
        }

        yield return new Say(Failures(found.Run));
        var code = new CodeReader(found);
        foreach (var move in code.Moves())
            yield return move;
        var search = new RepairSearch(found, code);
        foreach (var move in search.Moves())
            yield return move;
        foreach (var move in Conclude(search))
            yield return move;
    }

    private static string Failures(TestRun run)
    {
        var failed = run.Report.Failed.Order(StringComparer.Ordinal).ToList();
        return failed.Count is 0 ? $"The tests fail ({(run.Exit is { } code ? $"exit code {code}" : "they were stopped for taking too long")})."
            : $"{failed.Count} {(failed.Count is 1 ? "test fails" : "tests fail")}: {string.Join("; ", failed.Take(5))}{(failed.Count > 5 ? "; …" : "")}";
    }

    private IEnumerable<Move> Conclude(RepairSearch search)
    {
        if (search.Kept.Count is 0)
        {
            yield return new Say($"None of {search.Tries} small repairs made the tests pass, so the code is as it was. {texts.NeedsModel}");
            yield break;
        }

        var diff = Act.Bash($"git diff -- {string.Join(' ', search.Kept.Select(each => each.Repair.File.Path).Distinct())}", "Show what changed", 20_000);
        yield return diff;
        var changes = string.Join('\n', search.Kept.Select(each => $"- {each.Repair}"));
        var patch = diff.Outcome is { Failed: false, Exit: 0 or null } shown && shown.Output.Contains("@@", StringComparison.Ordinal) ? $"\n\n```diff\n{shown.Output.Trim()}\n```" : "";
        yield return new Say($"The tests pass. {search.Tries} {(search.Tries is 1 ? "repair" : "repairs")} tried, {search.Kept.Count} kept:\n{changes}{patch}\n\n{texts.Outro}");
    }
}
