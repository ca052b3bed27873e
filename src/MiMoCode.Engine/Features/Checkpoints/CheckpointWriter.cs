using System.Globalization;
using System.Text;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>Brings the project's memory up to date with a new version of a session's checkpoint.</summary>
internal delegate Task ProjectMemoryUpdate(
    string sessionId, CheckpointRevision revision, CheckpointDocument document, CancellationToken cancellationToken);

/// <summary>
/// Writes checkpoints: asks the model for edits over the session's own prefix, holds them against the conversation, and commits the
/// next version with its watermark. A writer that fails or says nothing costs one request and leaves what the program knows by itself.
/// </summary>
internal sealed class CheckpointWriter(
    Subagents.Subagents subagents, CheckpointStore checkpoints, SessionStore store, MemoryFiles files, Leases leases,
    Assets assets, BackgroundTasks background, ProjectMemoryUpdate updateProject, TimeProvider clock)
{
    private const string Agent = "checkpoint-writer";
    private const int LongestNotes = 6_000;
    private const int MostOutput = 3_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Starts a writer in the background unless one is at work for the session.</summary>
    public void Start(Session session, ModelRequest view) =>
        background.TryStart(NameOf(session.Id), stopping => WriteAsync(session, view, stopping));

    /// <summary>Waits until no writer of this process is at work for the session, at most so long.</summary>
    public async Task WaitAsync(Session session, TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await background.Find(NameOf(session.Id)).WaitAsync(atMost, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on by itself; the last version that was committed has to do.
        }
    }

    /// <summary>Writes a version that covers the messages of the view; the version that holds afterwards, null when there is none.</summary>
    public async Task<StoredCheckpoint?> WriteAsync(Session session, ModelRequest view, CancellationToken cancellationToken)
    {
        if (await leases.TryAcquireAsync(NameOf(session.Id), cancellationToken) is not { } lease)
            return checkpoints.Latest(session.Id);
        try
        {
            await WriteAsync(session, view, lease, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }

        return checkpoints.Latest(session.Id);
    }

    private async Task WriteAsync(Session session, ModelRequest view, Lease lease, CancellationToken cancellationToken)
    {
        var before = checkpoints.Latest(session.Id);
        var numbers = store.Numbers(session.Id, 0);
        var covered = view.Messages.Where(message => numbers.ContainsKey(message.Info.Id)).ToList();
        var last = covered.Select(message => numbers[message.Info.Id]).DefaultIfEmpty(0).Max();
        if (last <= (before?.CoveredSeq ?? 0))
            return;

        var document = CheckpointDocument.Parse(before?.Body ?? "");
        var notes = MemoryFiles.Read(files.Notes(session.RootId)).Text;
        var answer = await AskAsync(session, view, document, notes[(int)Math.Min(before?.NotesCursor ?? 0, notes.Length)..], cancellationToken);
        var revision = new CheckpointRevision(covered, numbers, before?.CoveredSeq ?? 0);
        var next = revision.Apply(document, answer is null ? [] : CheckpointEdits.Parse(answer));
        var body = next.ToString();
        var version = await checkpoints.CommitAsync(session.Id, body, last, notes.Length, revision.Taken > 0, lease, cancellationToken);
        await files.WriteAsync(
            files.Checkpoint(session.Id), string.Create(CultureInfo.InvariantCulture, $"# Checkpoint {version}\n\n{body}\n"), Agent, session.Id,
            CancellationToken.None);
        await updateProject(session.Id, revision, next, CancellationToken.None);
    }

    /// <summary>The writer's answer; null when it failed.</summary>
    private async Task<string?> AskAsync(
        Session session, ModelRequest view, CheckpointDocument document, string notes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var question = new HiddenQuestion(session, view, Instruction(document, notes), Purpose.Writer, Agent, "Checkpoint writer", MostOutput);
            var reply = await subagents.AskAsync(question, limit.Token);
            return reply.Reason is StopReason.Done or StopReason.OutputLimit or StopReason.ToolCalls ? reply.Text : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private string Instruction(CheckpointDocument document, string notes)
    {
        var text = new StringBuilder(assets.Read("prompts/checkpoint-writer.md").TrimEnd());
        text.Append("\n\n# The checkpoint as it stands\n").Append(document.Lines.IsEmpty ? "(empty)" : document.Render(CheckpointSection.OfModel, _ => true));
        if (notes.Trim() is { Length: > 0 } fresh)
            text.Append("\n\n# Notes since\n").Append(fresh.Length <= LongestNotes ? fresh : fresh[^LongestNotes..]);
        return text.ToString();
    }

    private static string NameOf(string sessionId) => "writer:" + sessionId;
}
