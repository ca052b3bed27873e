using System.Globalization;
using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Faults;

namespace MiMoCode.Providers.Offline.Reports;

/// <summary>Reads the output of test runners by the shapes that they share; a runner it does not know still yields places and messages.</summary>
internal static partial class ReportReader
{
    public static FailureReport Read(string output)
    {
        var text = Colours().Replace(output.ReplaceLineEndings("\n"), "");
        var lines = text.Split('\n');
        return new FailureReport
        {
            Failed = [.. lines.Select(line => Title(FailedTest().Match(line))).OfType<string>()],
            Passed = [.. lines.Select(line => Title(PassedTest().Match(line))).OfType<string>()],
            PassedCount = Count(text),
            Places = [.. lines.SelectMany(Places).Distinct()],
            Mismatches = [.. Pairs(lines).Distinct()],
            Messages = [.. lines.Where(line => Complaint().IsMatch(line)).Select(line => line.Trim()).Distinct().Take(40)],
            Fingerprint = Volatile().Replace(text, "#"),
        };
    }

    private static string? Title(Match match)
    {
        if (!match.Success)
            return null;
        var title = Duration().Replace(match.Groups["title"].Value, "").Trim();
        return title.Length is 0 or > 300 ? null : title;
    }

    private static int? Count(string text) =>
        PassedTotal().Matches(text).LastOrDefault() is { } match
        && int.TryParse(match.Groups["n"].Value is { Length: > 0 } before ? before : match.Groups["m"].Value, CultureInfo.InvariantCulture, out var count)
            ? count
            : null;

    private static IEnumerable<Place> Places(string line) =>
        PlaceShape().Matches(line).Concat(PythonPlace().Matches(line)).Concat(DotnetPlace().Matches(line)).Concat(CompilerPlace().Matches(line))
            .Where(match => match.Groups["line"].Length < 7)
            .Select(match => new Place(match.Groups["path"].Value.Replace('\\', '/'), int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture)));

    private static IEnumerable<Mismatch> Pairs(string[] lines)
    {
        string? expected = null;
        string? actual = null;
        foreach (var line in lines)
        {
            if (OneLine().Match(line) is { Success: true } both)
                yield return new Mismatch(Value(both.Groups["expected"].Value), Value(both.Groups["actual"].Value));
            else if (Inequality().Match(line) is { Success: true } unequal)
                yield return new Mismatch(Value(unequal.Groups["expected"].Value), Value(unequal.Groups["actual"].Value));
            else if (ExpectedLine().Match(line) is { Success: true } wanted)
                expected = Value(wanted.Groups["value"].Value);
            else if (ActualLine().Match(line) is { Success: true } got)
                actual = Value(got.Groups["value"].Value);
            if (expected is null || actual is null)
                continue;
            yield return new Mismatch(expected, actual);
            (expected, actual) = (null, null);
        }
    }

    private static string Value(string text)
    {
        var value = text.Trim().TrimEnd(',');
        return value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' or '`' ? value[1..^1] : value;
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colours();

    [GeneratedRegex(@"\d+(\.\d+)?\s?(ms|s|sec|seconds)\b|0x[0-9a-fA-F]+|duration_ms:? [\d.]+|\d\d:\d\d:\d\d(\.\d+)?|\bpid \d+|# duration.*|Time Elapsed.*")]
    private static partial Regex Volatile();

    [GeneratedRegex(@"\s*[\(\[]\d[\d.,]*\s?(ms|s|m)[\)\]]\s*$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\s*(?:not ok \d+ (?:- )?(?<title>[^#]+)|[✖✗×✘✕❌●]\s+(?<title>.+)|\[FAIL(?:ED)?\]:?\s+(?<title>.+)|--- FAIL: (?<title>\S+)|(?:FAIL(?:ED)?|ERROR):?\s+(?<title>\S.*?)(?: - .*)?|test (?<title>\S+) \.\.\. FAILED|\d+\) (?<title>\S.*)|Failed (?<title>\S+) \[.*|not ok (?<title>[^\d#].*))\s*$")]
    private static partial Regex FailedTest();

    [GeneratedRegex(@"^\s*(?:ok \d+ (?:- )?(?<title>[^#]+)|[✔✓√✅]\s+(?<title>.+)|\[(?:PASS(?:ED)?|OK)\]:?\s+(?<title>.+)|--- PASS: (?<title>\S+)|PASS(?:ED)?:?\s+(?<title>\S.*)|test (?<title>\S+) \.\.\. ok|Passed (?<title>\S+) \[.*|(?:ok|OK)[: ]\s*(?<title>[^\d\s].*))\s*$")]
    private static partial Regex PassedTest();

    [GeneratedRegex(@"(?<n>\d+) (?:tests? )?(?:passing|passed|pass|ok)\b|(?:# pass|Passed:|passed:)\s+(?<m>\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex PassedTotal();

    [GeneratedRegex(@"(?<path>[\w./\\@+-]*[\w-]\.[A-Za-z]\w{0,4}):(?<line>\d+)\b")]
    private static partial Regex PlaceShape();

    [GeneratedRegex("""File "(?<path>[^"]+)", line (?<line>\d+)""")]
    private static partial Regex PythonPlace();

    [GeneratedRegex(@" in (?<path>\S.*?):line (?<line>\d+)")]
    private static partial Regex DotnetPlace();

    [GeneratedRegex(@"(?<path>[\w./\\+-]+\.\w+)\((?<line>\d+),\d+\)")]
    private static partial Regex CompilerPlace();

    [GeneratedRegex(@"error|fail|assert|expect|panic|exception|undefined|not ok|mismatch|!==|\bgot\b|\bwant\b", RegexOptions.IgnoreCase)]
    private static partial Regex Complaint();

    [GeneratedRegex(@"expected:?\s+(?<expected>.+?),?\s+(?:but )?(?:got|was|actual|received|to equal|found|but got)(?: was)?:?\s+(?<actual>.+?)\.?$|\bgot:?\s+(?<actual>.+?)[,;]\s*(?:want(?:ed)?|expected)(?:ed)?:?\s+(?<expected>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex OneLine();

    [GeneratedRegex(@"^\s*(?:AssertionError:?\s*|E\s+)?(?:AssertionError: |assert )?(?<actual>[^\s=!][^=!]{0,200}?) (?:!==|!=|==|!==) (?<expected>[^=]{1,200})$")]
    private static partial Regex Inequality();

    [GeneratedRegex(@"^\s*[E-]?\s*(?:expected|wanted|want|right|should be)(?: value| result)?\s*[:=]\s*(?<value>\S.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex ExpectedLine();

    [GeneratedRegex(@"^\s*[E+]?\s*(?:actual|received|but was|but got|got|left|was|found)(?: value| result)?\s*[:=]\s*(?<value>\S.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex ActualLine();
}
