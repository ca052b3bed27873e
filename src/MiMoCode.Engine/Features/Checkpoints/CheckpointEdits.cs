using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>What a writer wants changed, one line each.</summary>
internal sealed record CheckpointEdit(CheckpointSection Section, string? Id, string Text, bool Supersedes);

/// <summary>
/// Reads a writer's answer as edits. Whatever has lines can be read: headings that are missing or misspelt, other bullets, a fence
/// around it all.
/// </summary>
internal static partial class CheckpointEdits
{
    private const int LongestLine = 600;
    private const int Shortest = 4;
    private const int Most = 120;

    public static List<CheckpointEdit> Parse(string answer, int most = Most)
    {
        var edits = new List<CheckpointEdit>();
        var section = CheckpointSection.Discoveries;
        foreach (var raw in answer.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length < Shortest || line.StartsWith("```", StringComparison.Ordinal) || edits.Count >= most)
                continue;
            if (IsHeading(line))
                section = CheckpointSection.Find(line) ?? CheckpointSection.Discoveries;
            else if (Read(line, section) is { } edit)
                edits.Add(edit);
        }

        return edits;
    }

    private static CheckpointEdit? Read(string line, CheckpointSection section)
    {
        var match = Entry().Match(line);
        var text = SaidLater.Unmarked(Time().Replace(match.Groups["text"].Value.Trim(), ""));
        if (text.Length < Shortest)
            return null;
        var id = match.Groups["id"] is { Success: true } named ? named.Value.ToUpperInvariant() : null;
        if (id is not null && CheckpointSection.Of(id[0]) is { } own)
            section = own;
        var supersedes = id is not null && Superseded().IsMatch(text);
        return new CheckpointEdit(section, id, text.Length <= LongestLine ? text : text[..LongestLine], supersedes);
    }

    private static bool IsHeading(string line) => line[0] is '#' || (line.StartsWith("**", StringComparison.Ordinal) && line.TrimEnd(':').EndsWith("**", StringComparison.Ordinal));

    [GeneratedRegex(@"^(?:[-*+•]\s+|\d{1,3}[.)]\s+)?(?:[-~+]\s*)?(?:\[(?<id>[A-Za-z]\d{1,6})\]:?\s*)?(?<text>.*)$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"\s*\(\d{4}-\d\d-\d\d \d\d:\d\d(?: #\d+)?\)$")]
    private static partial Regex Time();

    [GeneratedRegex(@"^\(?(?:superseded|obsolete|no longer|resolved|removed?|done)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Superseded();
}
