using MiMoCode.Providers.Offline.Faults;
using MiMoCode.Providers.Offline.Ranking;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Tests.Providers.Offline;

public sealed class ReportReaderTests
{
    [Theory]
    [InlineData("not ok 3 adds numbers", "adds numbers")]
    [InlineData("✖ adds numbers (1.2ms)", "adds numbers")]
    [InlineData("FAIL: test_add (tests.test_sum.Sum)", "test_add (tests.test_sum.Sum)")]
    [InlineData("--- FAIL: TestAdd (0.00s)", "TestAdd")]
    [InlineData("test sum::adds ... FAILED", "sum::adds")]
    [InlineData("\u001b[31m  1) adds numbers\u001b[0m", "adds numbers")]
    public void Finds_the_test_that_failed(string line, string name) => Assert.Contains(name, ReportReader.Read(line).Failed);

    [Theory]
    [InlineData("    at sum (/srv/project/lib/sum.js:12:9)", "/srv/project/lib/sum.js", 12)]
    [InlineData("  File \"/srv/project/sum.py\", line 7, in add", "/srv/project/sum.py", 7)]
    [InlineData("   at Sum.Add() in /srv/project/Sum.cs:line 31", "/srv/project/Sum.cs", 31)]
    [InlineData("Sum.cs(8,13): error CS0103: no such name", "Sum.cs", 8)]
    [InlineData("  tests/tests.c:86: expected 2, got 6", "tests/tests.c", 86)]
    public void Finds_the_places_that_a_report_points_to(string line, string path, int number) =>
        Assert.Contains(new Place(path, number), ReportReader.Read(line).Places);

    [Theory]
    [InlineData("tests.c:86: expected 2, got 6", "2", "6")]
    [InlineData("5 !== 4", "4", "5")]
    [InlineData("  expected: 4\n  actual: 5", "4", "5")]
    [InlineData("  expected: |-\n    'four'\n  actual: |-\n    'five'", "four", "five")]
    [InlineData("+ actual - expected\n\n+ 'five'\n- 'four'", "four", "five")]
    [InlineData("    + expected - actual\n\n    -five\n    +four", "four", "five")]
    [InlineData("    sum_test.go:9: got 5, want 4", "4", "5")]
    public void Finds_what_was_expected_and_what_came(string output, string expected, string actual) =>
        Assert.Contains(new Mismatch(expected, actual), ReportReader.Read(output).Mismatches);

    [Fact]
    public void Two_runs_that_differ_only_in_time_are_the_same() =>
        Assert.Equal(ReportReader.Read("ok 1 a (12ms)\n# duration_ms 51.2").Fingerprint, ReportReader.Read("ok 1 a (3ms)\n# duration_ms 47.9").Fingerprint);

    [Theory]
    [InlineData(0, "ok 1 a\nok 2 b", nameof(Verdict.Repaired))]
    [InlineData(0, "ok 2 b", nameof(Verdict.Worse))]
    [InlineData(1, "ok 1 a\nnot ok 2 b", nameof(Verdict.Same))]
    [InlineData(1, "ok 1 a\nnot ok 2 b\nsaid 7", nameof(Verdict.Different))]
    [InlineData(1, "not ok 1 a\nnot ok 2 b", nameof(Verdict.Worse))]
    [InlineData(2, "SyntaxError: what is this", nameof(Verdict.Worse))]
    public void Judges_a_repair_by_what_it_did_to_the_tests(int exit, string output, string verdict)
    {
        var before = new TestRun(1, ReportReader.Read("ok 1 a\nnot ok 2 b"));

        Assert.Equal(verdict, new TestRun(exit, ReportReader.Read(output)).Since(before).ToString());
    }

    [Fact]
    public void A_repair_of_one_of_two_tests_helps() =>
        Assert.Equal(Verdict.Better, new TestRun(1, ReportReader.Read("ok 1 a\nnot ok 2 b")).Since(new TestRun(1, ReportReader.Read("not ok 1 a\nnot ok 2 b"))));
}
