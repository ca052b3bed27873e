using System.Globalization;
using System.Text.RegularExpressions;

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
            Mismatches = [.. MismatchReader.Read(lines).Distinct()],
            Messages = [.. lines.Where(line => Complaint().IsMatch(line)).Select(line => line.Trim()).Distinct().Take(40)],
            UndefinedNames = [.. UndefinedName().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Take(3)],
            MissingModules = [.. MissingModule().Matches(text).Select(match => match.Groups["name"].Value).Distinct().Take(3)],
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

    [GeneratedRegex(@"(?<![\w.])['‘]?(?<name>[A-Za-z_$][\w$]*)['’]? (?:is not defined|undeclared|does not exist in the current context|was not declared)")]
    private static partial Regex UndefinedName();

    [GeneratedRegex(@"(?:Cannot find module|No module named) ['""](?<name>[^'""]+)['""]")]
    private static partial Regex MissingModule();

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colours();

    [GeneratedRegex(@"\d+(\.\d+)?\s?(ms|s|sec|seconds)\b|0x[0-9a-fA-F]+|duration_ms:? [\d.]+|\d\d:\d\d:\d\d(\.\d+)?|\bpid \d+|# duration.*|Time Elapsed.*")]
    private static partial Regex Volatile();

    [GeneratedRegex(@"\s*[\(\[]\d[\d.,]*\s?(ms|s|m)[\)\]]\s*$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\s*(?:not ok \d+ (?:- )?(?<title>[^#]+)|[✖✗×✘✕❌●]\s+(?<title>.+)|\[FAIL(?:ED)?\]:?\s+(?<title>.+)|--- FAIL: (?<title>\S+).*|(?:FAIL(?:ED)?|ERROR):?\s+(?<title>\S.*?)(?: - .*)?|test (?<title>\S+) \.\.\. FAILED|\d+\) (?<title>\S.*)|Failed (?<title>\S+) \[.*|not ok (?<title>[^\d#].*))\s*$")]
    private static partial Regex FailedTest();

    [GeneratedRegex(@"^\s*(?:ok \d+ (?:- )?(?<title>[^#]+)|[✔✓√✅]\s+(?<title>.+)|\[(?:PASS(?:ED)?|OK)\]:?\s+(?<title>.+)|--- PASS: (?<title>\S+).*|PASS(?:ED)?:?\s+(?<title>\S.*)|test (?<title>\S+) \.\.\. ok|Passed (?<title>\S+) \[.*|(?:ok|OK)[: ]\s*(?<title>[^\d\s].*))\s*$")]
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
}
