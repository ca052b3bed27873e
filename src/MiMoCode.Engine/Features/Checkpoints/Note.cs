using System.Globalization;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>Something that the agent noted, and when that was.</summary>
internal sealed partial record Note(string Text, Said At)
{
    private const int Longest = 600;
    private const int Shortest = 4;

    /// <summary>The notes of a text; each is placed where it was made, so that what was said after it counts as later.</summary>
    public static List<Note> In(string text, IReadOnlyList<MessageWithParts> covered, IReadOnlyDictionary<string, long> numbers, long before)
    {
        var notes = new List<Note>();
        foreach (var line in text.Split('\n'))
        {
            var match = Entry().Match(line);
            var said = match.Groups["text"].Value.Trim();
            if (said.Length < Shortest || said[0] is '#')
                continue;
            if (line.StartsWith("  ", StringComparison.Ordinal) && notes.Count > 0)
                notes[^1] = notes[^1] with { Text = Short($"{notes[^1].Text} {said}") };
            else
                notes.Add(new Note(Short(said), PlaceOf(said, match.Groups["time"].Value, covered, numbers, before)));
        }

        return notes;
    }

    private static Said PlaceOf(
        string said, string time, IReadOnlyList<MessageWithParts> covered, IReadOnlyDictionary<string, long> numbers, long before)
    {
        var call = covered.LastOrDefault(message => message.Parts.OfType<ToolPart>().Any(part => SearchText.Flatten(part.State.Input).Contains(said, StringComparison.Ordinal)));
        if (call is not null)
            return new Said(numbers.GetValueOrDefault(call.Info.Id), call.Info.Time.Created, false);
        var at = DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var noted) ? noted : default;
        var last = covered.LastOrDefault(message => message.Info.Time.Created <= at);
        return last is null ? new Said(before, at, false) : new Said(numbers.GetValueOrDefault(last.Info.Id), at, false);
    }

    private static string Short(string text) => text.Length <= Longest ? text : text[..Longest];

    [GeneratedRegex(@"^\s*(?:[-*]\s+)?(?:(?<time>\d{4}-\d\d-\d\d \d\d:\d\d)\s+)?(?<text>.*)$")]
    private static partial Regex Entry();
}
