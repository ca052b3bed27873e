using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>One test in a file of tests: the words in it, and whether the report says that it failed.</summary>
internal sealed record TestBlock(ImmutableHashSet<string> Words, bool Failed);

/// <summary>Cuts a file of tests into its tests, by the titles that the report names and by the shapes that runners share.</summary>
internal static partial class TestBlocks
{
    public static ImmutableArray<TestBlock> Cut(SourceFile file, FailureReport report, IEnumerable<int> failedLines)
    {
        var starts = Starts(file, report).Append(file.Lines.Length).ToList();
        var failing = failedLines.ToHashSet();
        var blocks = ImmutableArray.CreateBuilder<TestBlock>();
        for (var index = 0; index + 1 < starts.Count; index++)
        {
            var (first, end) = (starts[index], starts[index + 1]);
            var failed = failing.Any(line => first <= line && line < end) || report.Failed.Any(title => Names(file.Lines[first], title));
            blocks.Add(new TestBlock(Words(file, first, end), failed));
        }

        // A script that stops at its first failure has no blocks that the report names: all of it is suspect.
        return blocks.Any(block => block.Failed) ? blocks.ToImmutable() : [new TestBlock(Words(file, 0, file.Lines.Length), true)];
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

    private static ImmutableHashSet<string> Words(SourceFile file, int first, int end) =>
        [.. file.Tokens.Where(token => token.Kind is TokenKind.Word && token.Line >= first && token.Line < end).Select(token => token.Text)];

    [GeneratedRegex(@"^\s*(?:\w+\.)?(?:test|it|specify|should|TEST\w*|Check|check)\b\s*(?:\.\w+)?\s*[\(`]|^\s*def test|^\s*func Test|\[Fact\]|#\[test\]")]
    private static partial Regex TestStart();

    [GeneratedRegex(@"\w+(?=\W*$)")]
    private static partial Regex LastName();
}
