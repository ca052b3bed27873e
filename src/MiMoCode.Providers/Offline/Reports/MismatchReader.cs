using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline.Reports;

/// <summary>Finds what was expected and what came instead, in the ways that test runners print the two.</summary>
internal static partial class MismatchReader
{
    public static IEnumerable<Mismatch> Read(string[] lines) => Labelled(lines).Concat(Differences(lines));

    private static IEnumerable<Mismatch> Labelled(string[] lines)
    {
        string? expected = null;
        string? actual = null;
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            if (OneLine().Match(line) is { Success: true } both)
                yield return new Mismatch(Value(both.Groups["expected"].Value), Value(both.Groups["actual"].Value));
            else if (Inequality().Match(line) is { Success: true } unequal)
                yield return new Mismatch(Value(unequal.Groups["expected"].Value), Value(unequal.Groups["actual"].Value));
            else if (ExpectedLine().Match(line) is { Success: true } wanted)
                expected = BlockOr(wanted.Groups["value"].Value, lines, index);
            else if (ActualLine().Match(line) is { Success: true } got)
                actual = BlockOr(got.Groups["value"].Value, lines, index);
            if (expected is null || actual is null)
                continue;
            yield return new Mismatch(expected, actual);
            (expected, actual) = (null, null);
        }
    }

    /// <summary>The value of a label; where a bar announces a block, the block's first line.</summary>
    private static string BlockOr(string value, string[] lines, int index) =>
        Value(value.Trim() is "|-" or "|" or ">-" or ">" && index + 1 < lines.Length ? lines[index + 1] : value);

    /// <summary>Lines with plus and minus under a line that says which is which.</summary>
    private static IEnumerable<Mismatch> Differences(string[] lines)
    {
        char? expectedSign = null;
        for (var index = 0; index < lines.Length; index++)
        {
            if (Legend().Match(lines[index]) is { Success: true } legend)
                expectedSign = legend.Groups["sign"].Value[0];
            if (expectedSign is not { } sign || index + 1 >= lines.Length || Signed().Match(lines[index]) is not { Success: true } one || Signed().Match(lines[index + 1]) is not { Success: true } other)
                continue;
            var (oneSign, otherSign) = (one.Groups["sign"].Value[0], other.Groups["sign"].Value[0]);
            if (oneSign != otherSign && !Legend().IsMatch(lines[index]))
                yield return oneSign == sign ? Pair(one, other) : Pair(other, one);
        }
    }

    private static Mismatch Pair(Match expected, Match actual) => new(Value(expected.Groups["value"].Value), Value(actual.Groups["value"].Value));

    private static string Value(string text)
    {
        var value = text.Trim().TrimEnd(',');
        return value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' or '`' ? value[1..^1] : value;
    }

    [GeneratedRegex(@"expected:?\s+(?<expected>.+?),?\s+(?:but )?(?:got|was|actual|received|to equal|found|but got)(?: was)?:?\s+(?<actual>.+?)\.?$|\bgot:?\s+(?<actual>.+?)[,;]\s*(?:want(?:ed)?|expected)(?:ed)?:?\s+(?<expected>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex OneLine();

    [GeneratedRegex(@"^\s*(?:AssertionError:?\s*|E\s+)?(?:AssertionError: |assert )?(?<actual>[^\s=!][^=!]{0,200}?) (?:!==|!=|==|!==) (?<expected>[^=]{1,200})$")]
    private static partial Regex Inequality();

    [GeneratedRegex(@"^\s*[E-]?\s*(?:expected|wanted|want|right|should be)(?: value| result)?\s*[:=]\s*(?<value>\S.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex ExpectedLine();

    [GeneratedRegex(@"^\s*[E+]?\s*(?:actual|received|but was|but got|got|left|was|found)(?: value| result)?\s*[:=]\s*(?<value>\S.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex ActualLine();

    [GeneratedRegex(@"(?<sign>[+-]) expected\b", RegexOptions.IgnoreCase)]
    private static partial Regex Legend();

    [GeneratedRegex(@"^\s*(?<sign>[+-])(?![+-])\s*(?<value>\S.*)$")]
    private static partial Regex Signed();
}
