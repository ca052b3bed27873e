using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;
using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Ranking;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline;

/// <summary>
/// The whole job as one story: find the tests, run them, read what they are about, try repairs, keep what helps, show it.
/// Each move that is a tool call has its outcome once the plan goes on; see <see cref="Replay"/>.
/// </summary>
internal sealed class RepairPlan(Conversation talk, OfflineTexts texts)
{
    private const int SureTries = 60;
    private const int MostTries = 240;
    private const int MostSources = 40;
    private const int MostTests = 12;
    private static readonly TimeSpan PatienceForMore = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, SourceFile> sources = [];
    private readonly List<SourceFile> tests = [];
    private readonly List<Candidate> kept = [];
    private ProjectFiles files = new([]);
    private TestCommand? command;
    private TestRun run = new(null, new FailureReport());
    private TimeSpan spent;
    private int timeout = 300_000;
    private int tries;

    public IEnumerable<Move> Moves()
    {
        yield return new Say(texts.Intro);
        foreach (var move in FindTests())
            yield return move;
        if (command is null)
        {
            yield return new Say(run.Report.Fingerprint is "" ? "I found no tests to run here. Name the command in the prompt, in backticks." : "I found no test command that runs here.");
            yield break;
        }

        if (run.Passes)
        {
            yield return new Say($"The tests pass already: `{command.Line}` ended with 0. There is nothing to repair.");
            yield break;
        }

        yield return new Say(Failures());
        foreach (var move in ReadCode())
            yield return move;
        foreach (var move in TryRepairs())
            yield return move;
        foreach (var move in Conclude())
            yield return move;
    }

    private IEnumerable<Move> FindTests()
    {
        var glob = Act.Glob("**/*");
        yield return glob;
        files = ProjectFiles.Read(glob.Outcome.Output, talk.Folder);
        var manifests = new Dictionary<string, string>();
        foreach (var path in TestCommands.Manifests(files))
        {
            var read = Act.Read(path);
            yield return read;
            manifests[path] = NumberedLines.Join(NumberedLines.Read(read.Outcome.Output));
        }

        foreach (var candidate in TestCommands.Find(files, manifests, talk.Prompt).Take(4))
        {
            yield return new Say($"Running the tests with `{candidate.Line}` ({candidate.Reason}).");
            var test = Act.Bash(candidate.Line, "Run the tests", timeout);
            yield return test;
            run = TestRun.Of(test.Outcome);
            timeout = (int)Math.Clamp(test.Outcome.Took.TotalMilliseconds * 5, 20_000, 300_000);
            // 126 and 127: the command itself could not be run.
            if (run.Exit is null or 126 or 127 || test.Outcome.Failed && run.Exit is null)
                continue;
            command = candidate;
            yield break;
        }
    }

    private string Failures()
    {
        var failed = run.Report.Failed.Order(StringComparer.Ordinal).ToList();
        return failed.Count is 0 ? $"The tests fail (exit code {run.Exit})."
            : $"{failed.Count} {(failed.Count is 1 ? "test fails" : "tests fail")}: {string.Join("; ", failed.Take(5))}{(failed.Count > 5 ? "; …" : "")}";
    }

    private IEnumerable<Move> ReadCode()
    {
        var named = run.Report.Places.Select(place => files.Find(place.Path)).OfType<string>().Distinct().ToList();
        foreach (var path in named.Where(ProjectFiles.IsTest).Concat(files.Tests).Distinct().Where(path => Dialect.Of(path) is not null).Take(MostTests))
        {
            foreach (var move in ReadFile(path, tests.Add))
                yield return move;
        }

        foreach (var path in named.Where(path => !ProjectFiles.IsTest(path)).Concat(files.Sources).Distinct().Where(path => Dialect.Of(path) is not null).Take(MostSources))
        {
            foreach (var move in ReadFile(path, file => sources[path] = file))
                yield return move;
        }
    }

    private static IEnumerable<Move> ReadFile(string path, Action<SourceFile> found)
    {
        const int page = 2000;
        var lines = new SortedDictionary<int, string>();
        for (var offset = 1; offset < 5 * page; offset += page)
        {
            var read = Act.Read(path, offset);
            yield return read;
            if (read.Outcome.Failed)
                yield break;
            foreach (var (number, line) in NumberedLines.Read(read.Outcome.Output))
                lines.TryAdd(number, line);
            if (lines.Count < offset + page - 1)
                break;
        }

        found(new SourceFile(path, NumberedLines.Join(lines), Dialect.Of(path)!));
    }

    private IEnumerable<Move> TryRepairs()
    {
        var queue = Rank();
        yield return new Say($"{queue.Count} small repairs are possible in {sources.Count} {(sources.Count is 1 ? "file" : "files")}; trying the likeliest first.");
        while (!run.Passes && MayTry && queue.Take() is { } repair)
        {
            if (EditText.Of(repair) is not { } edit)
                continue;
            tries++;
            var change = Act.Edit(repair.File.Path, edit.Old, edit.New);
            yield return change;
            if (change.Outcome.Failed)
                continue;
            var test = Act.Bash(command!.Line, $"Try {tries}: {repair}", timeout);
            yield return test;
            spent += test.Outcome.Took;
            var result = TestRun.Of(test.Outcome);
            var verdict = result.Since(run);
            if (verdict is Verdict.Repaired or Verdict.Better)
            {
                Keep(repair, result);
                queue = Rank();
                continue;
            }

            queue.Learn(repair, verdict);
            yield return Act.Edit(repair.File.Path, edit.New, edit.Old);
        }
    }

    private bool MayTry => tries < SureTries || (tries < MostTries && spent < PatienceForMore);

    private RepairQueue Rank()
    {
        var files = sources.Values.OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        return new RepairQueue(files, new Suspicion(files, tests, this.files, run.Report), new Clues(run.Report.Mismatches));
    }

    private void Keep(Candidate repair, TestRun result)
    {
        kept.Add(repair);
        run = result;
        sources[repair.File.Path] = repair.File.With(repair.Apply());
    }

    private IEnumerable<Move> Conclude()
    {
        if (kept.Count is 0)
        {
            yield return new Say($"None of {tries} small repairs made the tests pass, so the code is as it was. {texts.NeedsModel}");
            yield break;
        }

        var diff = Act.Bash($"git diff -- {string.Join(' ', kept.Select(repair => repair.File.Path).Distinct())}", "Show what changed", 20_000);
        yield return diff;
        var changes = string.Join('\n', kept.Select(repair => $"- {repair}"));
        var result = run.Passes ? "The tests pass." : $"Fewer tests fail; still failing: {string.Join("; ", run.Report.Failed.Order(StringComparer.Ordinal).Take(5))}.";
        var patch = diff.Outcome is { Failed: false, Exit: 0 or null } shown && shown.Output.Contains("@@", StringComparison.Ordinal) ? $"\n\n```diff\n{shown.Output.Trim()}\n```" : "";
        yield return new Say($"{result} {tries} {(tries is 1 ? "repair" : "repairs")} tried, {kept.Count} kept:\n{changes}{patch}\n\n{texts.Outro}");
    }
}
