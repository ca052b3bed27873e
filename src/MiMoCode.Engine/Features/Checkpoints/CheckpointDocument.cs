using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>One remembered line: its id, what it says, when that was said, and the number of the last message it takes account of.</summary>
internal sealed record CheckpointLine(CheckpointSection Section, int Number, string Text, DateTimeOffset Time, long Seq)
{
    public string Id => string.Create(CultureInfo.InvariantCulture, $"{Section.Letter}{Number}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"- [{Id}] {Text} ({Time:yyyy-MM-dd HH:mm} #{Seq})");
}

/// <summary>
/// A checkpoint as lines under headings. It is edited and never written anew: a line stays until it is restated or superseded.
/// </summary>
internal sealed partial record CheckpointDocument(ImmutableList<CheckpointLine> Lines)
{
    public static CheckpointDocument Empty { get; } = new([]);

    public IEnumerable<CheckpointLine> In(CheckpointSection section) => Lines.Where(line => line.Section == section);

    public CheckpointLine? Find(string id) => Lines.Find(line => line.Id.Equals(id, StringComparison.OrdinalIgnoreCase));

    public CheckpointDocument Add(CheckpointSection section, string text, Said said)
    {
        var number = In(section).Select(line => line.Number).DefaultIfEmpty(0).Max() + 1;
        return new(Lines.Add(new CheckpointLine(section, number, text, said.Time, said.Seq)));
    }

    public CheckpointDocument Add(CheckpointSection section, IEnumerable<Statement> statements)
    {
        var last = In(section).Select(line => line.Number).DefaultIfEmpty(0).Max();
        return new(Lines.AddRange(statements.Select((statement, at) => new CheckpointLine(section, last + 1 + at, statement.Text, statement.At.Time, statement.At.Seq))));
    }

    public CheckpointDocument Replace(CheckpointLine old, string text, Said said) =>
        new(Lines.Replace(old, old with { Text = text, Time = said.Time, Seq = said.Seq }));

    public CheckpointDocument Remove(CheckpointLine line) => new(Lines.Remove(line));

    public CheckpointDocument Clear(CheckpointSection section) => new(Lines.RemoveAll(line => line.Section == section));

    /// <summary>Reads what <see cref="ToString"/> wrote, and whatever of it is left when somebody has been at it.</summary>
    public static CheckpointDocument Parse(string body)
    {
        var lines = ImmutableList.CreateBuilder<CheckpointLine>();
        foreach (var text in body.Split('\n'))
        {
            if (Line().Match(text) is { Success: true } match && CheckpointSection.Of(match.Groups["letter"].Value[0]) is { } section)
            {
                var time = DateTimeOffset.TryParse(
                    match.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
                    ? parsed : DateTimeOffset.UnixEpoch;
                var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
                var seq = long.TryParse(match.Groups["seq"].Value, CultureInfo.InvariantCulture, out var known) ? known : 0;
                lines.Add(new CheckpointLine(section, number, match.Groups["text"].Value.Trim(), time, seq));
            }
        }

        return new(lines.ToImmutable());
    }

    public override string ToString() => Render(CheckpointSection.All, _ => true);

    /// <summary>The sections with those of their lines that are wanted.</summary>
    public string Render(IEnumerable<CheckpointSection> sections, Func<CheckpointLine, bool> wanted)
    {
        var text = new StringBuilder();
        foreach (var section in sections)
        {
            var lines = In(section).ToList();
            var shown = lines.Where(wanted).ToList();
            if (lines.Count is 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"## {section.Title}\n");
            foreach (var line in shown)
                text.Append(line).Append('\n');
            if (shown.Count < lines.Count)
                text.Append(CultureInfo.InvariantCulture, $"- ({lines.Count - shown.Count} older lines are left out here: look them up with the history tool)\n");
            text.Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    [GeneratedRegex(@"^- \[(?<letter>[A-Z])(?<number>\d{1,6})\] (?<text>.*?)(?: \((?<time>\d{4}-\d\d-\d\d \d\d:\d\d)(?: #(?<seq>\d{1,18}))?\))?\s*$")]
    private static partial Regex Line();
}
