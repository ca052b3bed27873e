using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Features.Memory;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>What was done to one line of memory, and why.</summary>
internal sealed record DreamChange(string Line, string Why);

/// <summary>A memory gone through: its text afterwards and what was changed.</summary>
internal sealed record Dreamt(string Text, ImmutableArray<DreamChange> Changes);

/// <summary>
/// Goes through a memory without a model. What was written twice is kept once; of two lines that say one thing differently the later
/// holds; what names things that are gone is marked, and taken out when it is still so the next time. What a person wrote stays.
/// </summary>
internal sealed partial class Dream(WorkTree tree, DateTimeOffset now)
{
    public Dreamt Revise(string text)
    {
        var lines = text.Split('\n').Select((line, at) => Line.Of(line, at)).ToList();
        var changes = ImmutableArray.CreateBuilder<DreamChange>();
        var kept = lines.ToDictionary(line => line.At, line => (string?)line.Text);
        DropTwins(lines, kept, changes);
        DropOverruled(lines, kept, changes);
        foreach (var line in lines.Where(line => line.IsOwn && kept[line.At] is not null))
            kept[line.At] = Verified(line, changes);

        var revised = string.Join('\n', lines.Select(line => kept[line.At]).OfType<string>());
        Validate(lines, revised);
        return new Dreamt(revised, changes.ToImmutable());
    }

    /// <summary>The same words twice: what a person wrote stays, else the line that was said last.</summary>
    private static void DropTwins(List<Line> lines, Dictionary<int, string?> kept, ImmutableArray<DreamChange>.Builder changes)
    {
        foreach (var twins in lines.Where(line => line.Words.Length > 0).GroupBy(line => line.Words, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var best = twins.FirstOrDefault(line => !line.IsOwn) ?? twins.MaxBy(line => line.Seq)!;
            foreach (var line in twins.Where(line => line.IsOwn && line != best))
                Drop(line, $"line {best.At + 1} says the same", kept, changes);
        }
    }

    /// <summary>One subject and two values: the later one holds.</summary>
    private static void DropOverruled(List<Line> lines, Dictionary<int, string?> kept, ImmutableArray<DreamChange>.Builder changes)
    {
        var claims = lines.Where(line => line.Claim is not null && kept[line.At] is not null);
        foreach (var claim in claims.GroupBy(line => line.Claim!, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            var best = claim.FirstOrDefault(line => !line.IsOwn) ?? claim.MaxBy(line => line.Seq)!;
            foreach (var line in claim.Where(line => line.IsOwn && line != best))
                Drop(line, $"line {best.At + 1} says it differently, and {(best.IsOwn ? "later" : "a person wrote it")}", kept, changes);
        }
    }

    private string? Verified(Line line, ImmutableArray<DreamChange>.Builder changes)
    {
        var bare = Mark().Replace(line.Words, "");
        var gone = tree.GoneIn(bare);
        if (gone.Count > 0 && Mark().IsMatch(line.Words))
        {
            changes.Add(new DreamChange(line.Text, $"still gone: {string.Join(", ", gone)}"));
            return null;
        }

        var mark = gone.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" [{now:yyyy-MM-dd}: {string.Join(", ", gone)} is gone]") : "";
        var state = gone.Count > 0 || !tree.Confirms(bare) ? line.State : "verified";
        var written = $"- {bare}{mark} ({line.Source}, {state})";
        if (written != line.Text.TrimEnd())
            changes.Add(new DreamChange(line.Text, gone.Count > 0 ? $"gone: {string.Join(", ", gone)}" : "everything it names is there"));
        return written;
    }

    private static void Drop(Line line, string why, Dictionary<int, string?> kept, ImmutableArray<DreamChange>.Builder changes)
    {
        kept[line.At] = null;
        changes.Add(new DreamChange(line.Text, why));
    }

    /// <summary>Nothing that a person wrote may be lost or moved, whatever went wrong above.</summary>
    private static void Validate(List<Line> lines, string revised)
    {
        var own = revised.Split('\n').Where(line => !ProjectMemory.OwnLine().IsMatch(line));
        if (!own.SequenceEqual(lines.Where(line => !line.IsOwn).Select(line => line.Text)))
            throw new InvalidOperationException("Going through the memory would change what a person wrote; it was left as it is.");
    }

    [GeneratedRegex(@" \[\d{4}-\d\d-\d\d: [^\]]+ is gone\]$")]
    private static partial Regex Mark();

    private sealed partial record Line(string Text, int At, bool IsOwn, string Words, long Seq, string Source, string State)
    {
        /// <summary>The subject of a claim and the form of what is said of it, without its values; null when the line makes none.</summary>
        public string? Claim => Claiming().Match(Words) is { Success: true } claim && Value().IsMatch(claim.Groups["value"].Value)
            ? $"{claim.Groups["subject"].Value} {claim.Groups["verb"].Value} {Value().Replace(claim.Groups["value"].Value, "□")}"
            : null;

        public static Line Of(string text, int at)
        {
            var own = ProjectMemory.OwnLine().Match(text);
            return own.Success
                ? new Line(text, at, true, own.Groups["text"].Value.Trim(), long.Parse(own.Groups["seq"].Value, CultureInfo.InvariantCulture), own.Groups["source"].Value, own.Groups["state"].Value)
                : new Line(text, at, false, text.TrimStart('-', '*', ' ').Trim(), 0, "", "");
        }

        [GeneratedRegex(@"^(?<subject>[^:;,]{3,80}?) (?<verb>is|listens on|runs on|=) (?<value>[^;]{1,120})$")]
        private static partial Regex Claiming();

        // What can differ in a claim: a name in quotes or backticks, a number, an address.
        [GeneratedRegex(@"`[^`]+`|""[^""]+""|[\w.:/-]*\d[\w.:/-]*")]
        private static partial Regex Value();
    }
}
