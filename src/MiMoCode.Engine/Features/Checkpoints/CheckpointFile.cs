using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>
/// The copy of a session's checkpoint that people can read and edit. The row is the truth: a copy that fell behind is written anew,
/// and what a person changed becomes a version of its own.
/// </summary>
internal sealed class CheckpointFile(
    CheckpointStore checkpoints, MemoryFiles files, Func<string, string> tasksOf, Action<string, string> warn, TimeProvider clock)
{
    private const string TasksHeading = "## Tasks as they stand (changed with the task tool, not here)";
    private const string Author = "checkpoint-writer";
    private const int MostRounds = 3;
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);

    /// <summary>Brings row and file together; the version that holds afterwards, null when there is none.</summary>
    public async Task<StoredCheckpoint?> SettleAsync(string sessionId, Lease lease, CancellationToken cancellationToken)
    {
        if (checkpoints.Latest(sessionId) is not { } latest)
            return null;
        var path = files.Checkpoint(sessionId);
        var found = MemoryFiles.Read(path);
        if (found.Text == TextOf(sessionId, latest))
            return latest;
        if (File.Exists(path) && !files.IsOwn(path))
        {
            await WhenQuietAsync(path, cancellationToken);
            found = MemoryFiles.Read(path);
        }

        var known = CheckpointDocument.Parse(latest.Body);
        var document = found.Text.Trim().Length is 0 || files.IsOwn(path) ? known : Import(found, known, latest.CoveredSeq);
        if (document.ToString() != known.ToString())
        {
            await checkpoints.CommitAsync(
                sessionId, document.ToString(), latest.CoveredSeq, latest.NotesCursor, validated: true, lease, cancellationToken);
            latest = checkpoints.Latest(sessionId)!;
        }

        await WriteAsync(sessionId, latest, cancellationToken);
        return latest;
    }

    // An editor may be about to write the rest. Nobody waits long for it: what is not taken in now is kept as a version.
    private async Task WhenQuietAsync(string path, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MostRounds && clock.GetUtcNow() - File.GetLastWriteTimeUtc(path) is var age && age < Quiet; round++)
            await Task.Delay(age < TimeSpan.Zero ? Quiet : Quiet - age, clock, cancellationToken);
    }

    /// <summary>Writes the copy of a version. Where that cannot be, it is told, and the row does without.</summary>
    public async Task WriteAsync(string sessionId, StoredCheckpoint version, CancellationToken cancellationToken)
    {
        try
        {
            await files.WriteAsync(files.Checkpoint(sessionId), TextOf(sessionId, version), Author, sessionId, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            warn(sessionId, $"The checkpoint is kept, but its file is not written: {error.Message}");
        }
    }

    private string TextOf(string sessionId, StoredCheckpoint version)
    {
        var tasks = tasksOf(sessionId).TrimEnd();
        return string.Create(CultureInfo.InvariantCulture, $"# Checkpoint {version.Version}\n\n{version.Body}\n{(tasks.Length is 0 ? "" : $"\n{TasksHeading}\n{tasks}\n")}");
    }

    /// <summary>The text without the tasks, which are kept elsewhere.</summary>
    private static string WithoutTasks(string text)
    {
        var start = text.IndexOf(TasksHeading, StringComparison.Ordinal);
        if (start < 0)
            return text;
        var end = text.IndexOf("\n#", start, StringComparison.Ordinal);
        return end < 0 ? text[..start] : text[..start] + text[(end + 1)..];
    }

    // Only a whole file can say that a line is gone; of a damaged one the rest is taken.
    private CheckpointDocument Import(MemoryText found, CheckpointDocument known, long covered)
    {
        var text = WithoutTasks(found.Text);
        var edited = CheckpointDocument.Parse(text);
        if (edited.Lines.IsEmpty)
            return known;
        var said = new Said(covered, clock.GetUtcNow(), ByUser: true);
        var document = found.Problem is null ? known with { Lines = known.Lines.RemoveAll(line => edited.Find(line.Id) is null) } : known;
        foreach (var line in edited.Lines)
        {
            if (document.Find(line.Id) is not { } old)
                document = new(document.Lines.Add(line with { Time = said.Time, Seq = said.Seq }));
            else if (old.Text != line.Text)
                document = document.Replace(old, line.Text, said);
        }

        var texts = document.Lines.Select(line => line.Text).ToImmutableHashSet();
        foreach (var added in CheckpointEdits.Parse(text, int.MaxValue).Where(edit => edit.Id is null && !texts.Contains(edit.Text)))
            document = document.Add(added.Section, added.Text, said);
        return document;
    }
}
