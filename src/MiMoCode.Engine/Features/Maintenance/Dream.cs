using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Features.Memory;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>What was done to one line of memory, and why.</summary>
internal sealed record DreamChange(string Line, string Why);

/// <summary>A memory gone through: its text afterwards and what was changed.</summary>
internal sealed record Dreamt(string Text, ImmutableArray<DreamChange> Changes);

/// <summary>
/// Goes through a copy of a memory. What a model proposes is done where it holds; then, without a model: what was written twice is kept
/// once; of two lines that say one thing differently the later holds; what names things that are gone is marked, and taken out when it
/// is still so the next time. What a person wrote stays, and a line that stands for others names their sources too.
/// </summary>
internal sealed partial class Dream(WorkTree tree, DateTimeOffset now)
{
    /// <summary>A model may take out this share of the program's lines at once; an answer that wants more is not trusted.</summary>
    private const double MostGone = 0.5;

    private const string Same = "says the same";

    /// <summary>The memory as a model is shown it: each line with its number, when it was said, and what of it is known to be gone.</summary>
    public string Describe(string text)
    {
        var shown = new StringBuilder();
        foreach (var line in Lines(text).Where(line => line.Said.Length > 0))
        {
            shown.Append(CultureInfo.InvariantCulture, $"[{line.At + 1}] {line.Said}").Append(line.IsOwn ? $" ({line.When})" : " (by a person)");
            if (line.IsOwn && tree.GoneIn(line.Said) is { Count: > 0 } gone)
                shown.Append(" (gone: ").AppendJoin(", ", gone).Append(')');
            shown.Append('\n');
        }

        return shown.ToString();
    }

    public Dreamt Revise(string text, ImmutableArray<MemoryEdit> edits = default)
    {
        var lines = Lines(text);
        var copy = new Copy(lines);
        if (!edits.IsDefaultOrEmpty)
            Apply(edits, copy, lines.Count(line => line.IsOwn));
        DropTwins(copy);
        DropOverruled(copy);
        foreach (var line in copy.Standing.Where(line => line.IsOwn).ToList())
            Verify(line, copy);

        var revised = copy.ToString();
        Validate(lines, revised);
        return new Dreamt(revised, [.. copy.Changes]);
    }

    private static List<RememberedWords> Lines(string text) => [.. text.Split('\n').Select(RememberedWords.Of)];

    private static void Apply(ImmutableArray<MemoryEdit> edits, Copy copy, int own)
    {
        var most = Math.Max(2, (int)(own * MostGone));
        if (edits.Where(edit => MemoryEdits.ProblemOf(edit, copy.Find) is null).Sum(edit => edit.Lines.Length) > most)
        {
            copy.Note("what the model proposed", string.Create(CultureInfo.InvariantCulture, $"left alone: it would take out more than {most} of {own} lines"));
            return;
        }

        foreach (var edit in edits)
        {
            if (MemoryEdits.ProblemOf(edit, copy.Find) is { } problem)
                copy.Note($"line {string.Join(", ", edit.Lines)}", $"left as it is: {problem}");
            else if (edit.Stays is { } stays)
                copy.Drop(edit.Lines.Select(copy.Find).OfType<RememberedWords>(), copy.Find(stays)!, edit.IsOverruled ? "says it differently, and holds" : Same);
            else
                copy.Merge(edit.Lines.Select(copy.Find).OfType<RememberedWords>().ToList(), edit.Text);
        }
    }

    /// <summary>The same words twice: what a person wrote stays, else the line that was said last.</summary>
    private static void DropTwins(Copy copy)
    {
        foreach (var twins in copy.Standing.Where(line => line.Said.Length > 0).GroupBy(line => line.Said, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).ToList())
        {
            var best = twins.FirstOrDefault(line => !line.IsOwn) ?? twins.MaxBy(line => line.Seq)!;
            copy.Drop(twins.Where(line => line.IsOwn && line != best), best, Same);
        }
    }

    /// <summary>One subject and two values: the later one holds.</summary>
    private static void DropOverruled(Copy copy)
    {
        foreach (var claim in copy.Standing.Where(line => line.Claim is not null).GroupBy(line => line.Claim!, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).ToList())
        {
            var best = claim.FirstOrDefault(line => !line.IsOwn) ?? claim.MaxBy(line => line.Seq)!;
            copy.Drop(claim.Where(line => line.IsOwn && line != best), best, $"says it differently, and {(best.IsOwn ? "later" : "a person wrote it")}");
        }
    }

    private void Verify(RememberedWords line, Copy copy)
    {
        var bare = Mark().Replace(line.Said, "");
        var gone = tree.GoneIn(bare);
        if (gone.Count > 0 && Mark().IsMatch(line.Said))
        {
            copy.Remove(line, $"still gone: {string.Join(", ", gone)}");
            return;
        }

        var mark = gone.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $" [{now:yyyy-MM-dd}: {string.Join(", ", gone)} is gone]") : "";
        var state = gone.Count > 0 || !tree.Confirms(bare) ? line.State : "verified";
        if (line.Write(bare + mark, state) is var written && written != line.Text.TrimEnd())
            copy.Replace(line, RememberedWords.Of(written, line.At), gone.Count > 0 ? $"gone: {string.Join(", ", gone)}" : "everything it names is there");
    }

    /// <summary>Nothing that a person wrote may be lost or moved, whatever went wrong above.</summary>
    private static void Validate(List<RememberedWords> lines, string revised)
    {
        var own = revised.Split('\n').Where(line => !ProjectMemory.OwnLine().IsMatch(line));
        if (!own.SequenceEqual(lines.Where(line => !line.IsOwn).Select(line => line.Text)))
            throw new InvalidOperationException("Going through the memory would change what a person wrote; it was left as it is.");
    }

    [GeneratedRegex(@" \[\d{4}-\d\d-\d\d: [^\]]+ is gone\]$")]
    private static partial Regex Mark();

    /// <summary>The copy that is worked on, with what was done to it.</summary>
    private sealed class Copy(IEnumerable<RememberedWords> lines)
    {
        private readonly List<RememberedWords?> kept = [.. lines];

        public List<DreamChange> Changes { get; } = [];

        public IEnumerable<RememberedWords> Standing => kept.OfType<RememberedWords>();

        /// <summary>The line of a number that counts from 1, as long as it stands and says something.</summary>
        public RememberedWords? Find(int number) => kept.ElementAtOrDefault(number - 1) is { Said.Length: > 0 } line ? line : null;

        public void Note(string line, string why) => Changes.Add(new DreamChange(line, why));

        public void Remove(RememberedWords line, string why)
        {
            kept[line.At] = null;
            Note(line.Text, why);
        }

        public void Replace(RememberedWords line, RememberedWords by, string why)
        {
            kept[line.At] = by;
            Note(line.Text, why);
        }

        public void Drop(IEnumerable<RememberedWords> lines, RememberedWords stays, string why)
        {
            var gone = lines.ToList();
            foreach (var line in gone)
                Remove(line, string.Create(CultureInfo.InvariantCulture, $"line {stays.At + 1} {why}"));
            if (why is Same)
                kept[stays.At] = stays.Standing(gone);
        }

        public void Merge(List<RememberedWords> lines, string words)
        {
            var last = lines.MaxBy(line => line.Seq)!;
            foreach (var line in lines.Where(line => line != last))
                Remove(line, string.Create(CultureInfo.InvariantCulture, $"line {last.At + 1} now says both"));
            var merged = last.Standing(lines.Where(line => line != last));
            var state = lines.TrueForAll(line => line.State is "verified") ? "verified" : "not verified";
            Replace(last, RememberedWords.Of(merged.Write(words, state), last.At), "says both");
        }

        public override string ToString() => string.Join('\n', Standing.Select(line => line.Text));
    }
}
