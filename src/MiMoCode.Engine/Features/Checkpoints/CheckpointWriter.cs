using System.Collections.Concurrent;
using System.Text;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
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
    CheckpointConfig config, Subagents.Subagents subagents, CheckpointStore checkpoints, SessionStore store, MemoryFiles files,
    SpilledOutputs spilled, Leases leases, BackgroundTasks background, ProjectMemoryUpdate updateProject,
    Func<string, string> tasksOf, Action<string, string> warn, TimeProvider clock)
{
    private const string Agent = "checkpoint-writer";
    private const int LongestNotes = 6_000;
    private const int MostOutput = 3_000;
    private const int MostCharacters = 200_000, UnknownWindow = 128_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly CheckpointFile file = new(checkpoints, files, tasksOf, warn, clock);

    /// <summary>What was read for the last version of any session; taken away by whoever uses it.</summary>
    private Reading? read;

    /// <summary>How often in a row the writer failed, by session.</summary>
    private readonly ConcurrentDictionary<string, int> failures = [];

    /// <summary>Brings file and row together in the background; nothing happens while a writer is at work.</summary>
    public void StartSettling(string sessionId)
    {
        if (checkpoints.Latest(sessionId) is not null)
            background.TryStart(NameOf(sessionId), stopping => SettleAsync(sessionId, stopping));
    }

    /// <summary>Brings the file of a session's checkpoint and its row together; nothing happens while a writer is at work.</summary>
    public async Task<StoredCheckpoint?> SettleAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (checkpoints.Latest(sessionId) is not { } latest || await leases.TryAcquireAsync(NameOf(sessionId), cancellationToken) is not { } lease)
            return checkpoints.Latest(sessionId);
        try
        {
            return await file.SettleAsync(sessionId, lease, cancellationToken) ?? latest;
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

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

    /// <summary>
    /// Writes a version that covers the messages of the view; the version that holds afterwards, null when there is none. A view that no
    /// longer fits into a request goes to the model as a text without its middle.
    /// </summary>
    public async Task<StoredCheckpoint?> WriteAsync(Session session, ModelRequest view, CancellationToken cancellationToken, bool fits = true)
    {
        if (await leases.TryAcquireAsync(NameOf(session.Id), cancellationToken) is not { } lease)
            return checkpoints.Latest(session.Id);
        try
        {
            await WriteAsync(session, view, config.Fork && fits, lease, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }

        return checkpoints.Latest(session.Id);
    }

    private async Task WriteAsync(Session session, ModelRequest view, bool forks, Lease lease, CancellationToken cancellationToken)
    {
        var before = await file.SettleAsync(session.Id, lease, cancellationToken);
        var numbers = store.Numbers(session.Id, 0);
        var covered = view.Messages.Where(message => numbers.ContainsKey(message.Info.Id)).ToList();
        var last = covered.Select(message => numbers[message.Info.Id]).DefaultIfEmpty(0).Max();
        if (last <= (before?.CoveredSeq ?? 0))
            return;

        var document = CheckpointDocument.Parse(before?.Body ?? "");
        var notes = MemoryFiles.Read(files.Notes(session.RootId)).Text;
        var fresh = notes[(int)Math.Min(before?.NotesCursor ?? 0, notes.Length)..];
        var uncovered = covered.Where(message => numbers[message.Info.Id] > (before?.CoveredSeq ?? 0));
        var answer = failures.GetValueOrDefault(session.Id) >= config.MaxWriterFailures ? null
            : forks ? await AskAsync(session, view, Instruction(document, fresh, ""), cancellationToken)
            : await AskAsync(
                session, view with { System = "", Tools = [], Messages = [] },
                Instruction(document, fresh, ConversationText.Of(uncovered, MostOf(view.Model))), cancellationToken);
        var reading = Reading.Of(Interlocked.Exchange(ref read, null), covered, numbers, spilled);
        var revision = new CheckpointRevision(reading, covered, numbers, before?.CoveredSeq ?? 0, fresh);
        var next = revision.Apply(document, answer is null ? [] : CheckpointEdits.Parse(answer));
        var body = next.ToString();
        await checkpoints.CommitAsync(session.Id, body, last, notes.Length, revision.Taken > 0, lease, cancellationToken);
        await file.WriteAsync(session.Id, checkpoints.Latest(session.Id)!, CancellationToken.None);
        await updateProject(session.Id, revision, next, CancellationToken.None);
        read = reading.IsWorthKeeping ? reading : null;
    }

    /// <summary>The writer's answer; null when it failed.</summary>
    private async Task<string?> AskAsync(Session session, ModelRequest view, string instruction, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var question = new HiddenQuestion(session, view, instruction, Purpose.Writer, Agent, "Checkpoint writer", MostOutput);
            var reply = await subagents.AskAsync(question, limit.Token);
            if (reply.Reason is StopReason.Done or StopReason.OutputLimit or StopReason.ToolCalls)
            {
                failures.TryRemove(session.Id, out _);
                return reply.Text;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It took too long, which is a failure like any other.
        }

        failures.AddOrUpdate(session.Id, 1, (_, count) => count + 1);
        return null;
    }

    // Half of the window, if each character were a token.
    private static int MostOf(Model model) => Math.Min(MostCharacters, (model.ContextLimit > 0 ? model.ContextLimit : UnknownWindow) / 2);

    private string Instruction(CheckpointDocument document, string notes, string conversation)
    {
        var text = new StringBuilder(conversation);
        if (text.Length > 0)
            text.Append("\n\n");
        text.Append(subagents.InstructionsOf(Agent));
        text.Append("\n\n# The checkpoint as it stands\n").Append(document.Lines.IsEmpty ? "(empty)" : document.Render(CheckpointSection.OfModel, _ => true));
        if (notes.Trim() is { Length: > 0 } fresh)
            text.Append("\n\n# Notes since\n").Append(fresh.Length <= LongestNotes ? fresh : fresh[^LongestNotes..]);
        return text.ToString();
    }

    private static string NameOf(string sessionId) => "writer:" + sessionId;
}
