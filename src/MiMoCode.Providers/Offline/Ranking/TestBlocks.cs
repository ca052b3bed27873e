using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>
/// One test in a file of tests: whether the report says that it failed, and the words in it, each with how close it stands to a
/// line that the report points to: 1 on such a line, and for all words where there is none.
/// </summary>
internal sealed record TestBlock(ImmutableDictionary<string, double> Words, bool Failed);

/// <summary>Cuts a file of tests into its tests, by the titles that the report names and by the shapes that runners share.</summary>
internal static partial class TestBlocks
{
    private const int StatementLines = 3;

    public static ImmutableArray<TestBlock> Cut(SourceFile file, FailureReport report, IEnumerable<int> failedLines)
    {
        var starts = Starts(file, report).Append(file.Lines.Length).ToList();
        var failing = failedLines.ToHashSet();
        var blocks = ImmutableArray.CreateBuilder<TestBlock>();
        for (var index = 0; index + 1 < starts.Count; index++)
        {
            var (first, end) = (starts[index], starts[index + 1]);
            var failed = failing.Any(line => first <= line && line < end) || report.Failed.Any(title => Names(file.Lines[first], title));
            blocks.Add(new TestBlock(Words(file, first, end, failing), failed));
        }

        // A script that stops at its first failure has no blocks that the report names: all of it is suspect.
        return blocks.Any(block => block.Failed) ? blocks.ToImmutable() : [new TestBlock(Words(file, 0, file.Lines.Length, failing), true)];
    }

    private static IEnumerable<int> Starts(SourceFile file, FailureReport report)
    {
        var titles = report.Failed.Union(report.Passed);
        return Enumerable.Range(0, file.Lines.Length)
            .Where(line => TestStart().IsMatch(file.Lines[line]) || titles.Any(title => Names(file.Lines[line], title)))
            .Concat(file.Functions.Where(function => file.FunctionAt(function.FirstLine) == function).Select(function => function.FirstLine))
            .Append(0).Distinct().Order();
    }

    /// <summary>Whether a line names a test: by its title, or by the last word of a dotted name.</summary>
    private static bool Names(string line, string title)
    {
        if (title.Length > 3 && line.Contains(title, StringComparison.Ordinal))
            return true;
        var name = LastName().Match(title).Value;
        return name.Length > 5 && line.Contains(name, StringComparison.Ordinal);
    }

    private static ImmutableDictionary<string, double> Words(SourceFile file, int first, int end, HashSet<int> failing)
    {
        var near = failing.Where(line => first <= line && line < end).ToList();
        return file.Tokens.Where(token => token.Kind is TokenKind.Word && token.Line >= first && token.Line < end)
            .GroupBy(token => token.Text)
            .ToImmutableDictionary(group => group.Key, group => group.Max(token => Closeness(token.Line, near)));
    }

    /// <summary>What comes before a failing line prepares it, the nearer the likelier; what comes after has hardly to do with it.</summary>
    private static double Closeness(int line, List<int> failing) => failing.Count is 0 ? 1 : failing.Max(failed =>
        line >= failed + StatementLines ? 0.3 : line >= failed ? 1 : Math.Max(0.5, 0.97 - (0.02 * (failed - line))));

    [GeneratedRegex(@"^\s*(?:\w+\.)?(?:test|it|specify|should|TEST\w*|Check|check)\b\s*(?:\.\w+)?\s*[\(`]|^\s*def test|^\s*func Test|\[Fact\]|#\[test\]")]
    private static partial Regex TestStart();

    [GeneratedRegex(@"\w+(?=\W*$)")]
    private static partial Regex LastName();
}
