using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>What a repair did to the tests.</summary>
internal enum Verdict
{
    /// <summary>Everything passes.</summary>
    Repaired,

    /// <summary>Fewer tests fail, and none that passed fails now.</summary>
    Better,

    /// <summary>Nothing changed at all.</summary>
    Same,

    /// <summary>The same tests fail, in another way.</summary>
    Different,

    /// <summary>A test that passed fails now, or no test ran.</summary>
    Worse,
}

/// <summary>One run of the tests. Exit is null when the command was stopped.</summary>
internal sealed record TestRun(int? Exit, FailureReport Report)
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(30);

    public static TestRun None { get; } = new(null, new FailureReport());

    public bool Passes => Exit is 0;

    /// <summary>Whether there was a command to run: 126 and 127 are the shell's words for none. One that was stopped has run.</summary>
    public bool Ran(Outcome outcome) => Exit is null ? outcome.Took > LongEnough : Exit is not (126 or 127);

    public static TestRun Of(Outcome outcome) => new(outcome.Exit, ReportReader.Read(outcome.Output));

    /// <summary>Compares a run with the one before a repair.</summary>
    public Verdict Since(TestRun before)
    {
        if (LostTests(before))
            return Verdict.Worse;
        if (Passes)
            return Verdict.Repaired;
        if (Report.Failed.Count > 0 && Report.Failed.IsProperSubsetOf(before.Report.Failed))
            return Verdict.Better;
        if (Report.Fingerprint == before.Report.Fingerprint)
            return Verdict.Same;
        return Report.Failed.IsSubsetOf(before.Report.Failed) && Exit == before.Exit ? Verdict.Different : Verdict.Worse;
    }

    /// <summary>Whether two ways to run the tests, with the same code, agree.</summary>
    public bool SaysTheSameAs(TestRun other) =>
        Exit == other.Exit && Report.PassedCount == other.Report.PassedCount && Report.Failed.SetEquals(other.Report.Failed) && Report.Passed.SetEquals(other.Report.Passed)
        && (Report.Failed.Count > 0 || Report.Places.SequenceEqual(other.Report.Places));

    /// <summary>A test that passed before is gone or fails: also when the command says that all is well.</summary>
    private bool LostTests(TestRun before) =>
        (before.Report.PassedCount is { } count && !(Report.PassedCount >= count))
        || (Report.Passed.Count > 0 && !before.Report.Passed.IsSubsetOf(Report.Passed));
}
