using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// Makes the next version of a checkpoint: pins what the user said, takes over those of the writer's edits that the conversation
/// bears out, and puts right what was said differently since. A writer that says nothing changes nothing.
/// </summary>
internal sealed class CheckpointRevision
{
    /// <summary>So many lines of the user are pinned; the oldest go first.</summary>
    public const int MostUserLines = 120;

    /// <summary>Of what the user said since the last version so much is held against the record; the rest of a pasted log could not stay anyway.</summary>
    private const int MostFreshUserLines = 4 * MostUserLines;

    private const int MostLaterLines = 40;
    private const int MostNotes = 80;
    private const int LongestUserLine = 400;
    private readonly Vocabulary vocabulary;
    private readonly Record record;
    private readonly List<Statement> statements;
    private readonly long before;
    private readonly IReadOnlyList<Note> notes;
    private readonly Said now;

    // A line of the document is compared with every edit.
    private readonly Dictionary<string, Statement> read = new(StringComparer.Ordinal);

    /// <param name="covered">The conversation that is in view, up to the last message that the new version takes account of.</param>
    /// <param name="numbers">What the store orders these messages by.</param>
    /// <param name="before">The last message that the version before took account of; 0 when there is none.</param>
    /// <param name="spilled">Where the whole of cut outputs lies.</param>
    /// <param name="notes">What the agent noted and no version has taken in yet.</param>
    public CheckpointRevision(
        IReadOnlyList<MessageWithParts> covered, IReadOnlyDictionary<string, long> numbers, long before, SpilledOutputs spilled, string notes = "")
        : this(Reading.Of(null, covered, numbers, spilled), covered, numbers, before, notes)
    {
    }

    /// <param name="reading">The same conversation as statements.</param>
    /// <param name="covered">The conversation that is in view, up to the last message that the new version takes account of.</param>
    /// <param name="numbers">What the store orders these messages by.</param>
    /// <param name="before">The last message that the version before took account of; 0 when there is none.</param>
    /// <param name="notes">What the agent noted and no version has taken in yet.</param>
    public CheckpointRevision(
        Reading reading, IReadOnlyList<MessageWithParts> covered, IReadOnlyDictionary<string, long> numbers, long before, string notes)
    {
        this.before = before;
        (statements, vocabulary) = (reading.Statements, reading.Vocabulary);
        this.notes = Note.In(notes, covered, numbers, before);
        record = new Record(statements, vocabulary);
        now = covered.Count is 0 ? default : new Said(covered.Max(message => numbers.GetValueOrDefault(message.Info.Id)), covered[^1].Info.Time.Created, false);
    }

    /// <summary>How many of the writer's edits were taken over.</summary>
    public int Taken { get; private set; }

    /// <summary>Edits that nothing in the conversation bears out.</summary>
    public List<CheckpointEdit> Refused { get; } = [];

    public CheckpointDocument Apply(CheckpointDocument document, IReadOnlyList<CheckpointEdit> edits)
    {
        document = TakeNotes(PinUserWords(document));
        foreach (var section in edits.Select(edit => edit.Section).Where(section => section.IsReplaced).Distinct().ToList())
            document = document.Clear(section);
        foreach (var edit in edits)
            document = Apply(document, edit);
        return Refresh(document);
    }

    /// <summary>What was said later and differently than a line that was said up to a message; null when nothing was.</summary>
    public (string Text, Said At)? SaidLater(string line, long seq) =>
        Read(line) is var old && record.SaidLater(old, seq, null) is { } later && record.IsSame(old, later) ? (Short(later.Text), later.At) : null;

    /// <summary>True when a person or a tool said so, and not the agent alone.</summary>
    public bool IsVerified(string line) =>
        Read(line) is { Values.Count: > 0 } statement && record.Evidence(statement) is { At: { ByUser: true } or { ByTool: true } };

    /// <summary>Lines whose subject was spoken of again, and differently, say what was said last.</summary>
    public CheckpointDocument Refresh(CheckpointDocument document)
    {
        foreach (var line in document.Lines.Where(line => line.Section.IsDurable))
        {
            var old = Read(line.Text);
            // What the writer adds bears the number of this version, whatever it stems from; what a person said bears its own.
            var source = line.Seq == now.Seq && line.Section != CheckpointSection.User ? record.Evidence(old) : null;
            if (record.SaidLater(old, line.Seq, source) is not { } later)
                continue;
            if (record.IsSame(old, later))
                document = document.Remove(line);
            document = AddLater(document, later);
            if (record.SaidShortly(later, later.Order + 1) is { } last)
                document = AddLater(document, last);
        }

        document = Trim(Trim(document, CheckpointSection.User, MostUserLines), CheckpointSection.Notes, MostNotes);
        return Trim(document, CheckpointSection.Later, MostLaterLines);
    }

    private static CheckpointDocument AddLater(CheckpointDocument document, Statement later) =>
        Short(later.Text) is var text && document.Lines.Any(other => other.Text == text && other.Section == CheckpointSection.Later)
            ? document : document.Add(CheckpointSection.Later, text, later.At);

    private CheckpointDocument PinUserWords(CheckpointDocument document)
    {
        var known = document.In(CheckpointSection.User).Select(line => line.Text).ToHashSet(StringComparer.Ordinal);
        var fresh = statements.Where(each => each.At.ByUser && each.At.Seq > before && !each.IsQuestion && each.Text.Length <= LongestUserLine
            && each.Words.Count + each.Values.Count >= 3 && known.Add(each.Text));
        return document.Add(CheckpointSection.User, fresh.OrderByDescending(each => each.At.Seq).Take(MostFreshUserLines).OrderBy(each => each.Order));
    }

    // Taken in by the program, so that no note is lost whatever the writer does with it.
    private CheckpointDocument TakeNotes(CheckpointDocument document)
    {
        foreach (var note in notes.Where(note => !document.Lines.Any(line => Same(line.Text, note.Text))))
            document = document.Add(CheckpointSection.Notes, note.Text, note.At);
        return document;
    }

    private CheckpointDocument Apply(CheckpointDocument document, CheckpointEdit edit)
    {
        var target = edit.Id is null ? null : document.Find(edit.Id);
        if (target?.Section.IsOfProgram is true)
            return document;
        if (edit.Supersedes)
            return target is null || (target.Section.IsDurable && !record.Touches(Read(target.Text))) ? document : document.Remove(target);

        var statement = Read(edit.Text);
        var remembered = new Record([.. document.Lines.Select(line => Read(line.Text))], vocabulary);
        var hasValues = statement.Values.Count > 0;
        var isUnsaid = hasValues ? record.Evidence(statement) is null : record.IsAltered(statement, remembered);
        var isContradicted = (hasValues && record.IsContradicted(statement, remembered)) || record.IsMixedUp(statement, remembered);
        if (isContradicted || (isUnsaid && !IsKnown(document, statement)))
        {
            Refused.Add(edit);
            if (hasValues || target is not null || record.Original(statement) is not { } said)
                return document;
            edit = edit with { Text = Short(said.Text) };
        }

        if (document.Lines.Any(line => (line.Section == edit.Section || (edit.Section.IsDurable && line.Section is { IsDurable: true, IsOfProgram: false })) && Same(line.Text, edit.Text)))
            return document;
        Taken++;
        return target is null ? document.Add(edit.Section, edit.Text, now) : document.Replace(target, edit.Text, now);
    }

    // A line may repeat what an earlier one said when the conversation of then is no longer in view.
    private bool IsKnown(CheckpointDocument document, Statement statement) => document.Lines.Any(line =>
    {
        var old = Read(line.Text);
        var shared = old.Words.CountIn(statement.Words);
        return statement.Values.IsSubsetOf(old.Values) && (statement.Values.Count > 0 ? shared * 3 >= statement.Words.Count : shared == statement.Words.Count);
    });

    private Statement Read(string text) => read.TryGetValue(text, out var statement) ? statement : read[text] = Statement.Of(text, vocabulary);

    private static string Short(string text) => text.Length <= LongestUserLine ? text : text[..LongestUserLine];

    private static bool Same(string one, string other) =>
        string.Equals(one.Trim('.', ' '), other.Trim('.', ' '), StringComparison.OrdinalIgnoreCase);

    private static CheckpointDocument Trim(CheckpointDocument document, CheckpointSection section, int most)
    {
        var old = document.In(section).OrderByDescending(line => line.Seq).Skip(most).ToHashSet();
        return old.Count is 0 ? document : new(document.Lines.RemoveAll(old.Contains));
    }
}
