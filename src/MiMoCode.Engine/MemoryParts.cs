using System.Collections.Concurrent;
using MiMoCode.Engine.Features.Checkpoints;
using MiMoCode.Engine.Features.Compaction;
using MiMoCode.Engine.Features.Memory;
using MiMoCode.Engine.Features.Sessions;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Features.Tasks;
using MiMoCode.Engine.Foundation;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Guard.Processes;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine;

/// <summary>Wires what remembers: the part of the workspace that the window, the checkpoints and the memory files are made of.</summary>
internal sealed class MemoryParts(
    Config config, EnvironmentVariables environment, Folders folders, string projectId, Database database, BlobStore blobs, SessionStore store,
    SessionLog log, Leases leases, BackgroundTasks background, Assets assets, Subagents hidden, Action<string> warn, TimeProvider clock)
{
    private const int SessionsCompared = 10;
    private readonly WindowLimits limits = new(config.Compaction);
    private readonly CheckpointStore checkpoints = new(database);
    private readonly SpilledOutputs spilled = new(folders.ToolOutput);
    private readonly HistoryIndex index = new(database, new SpilledOutputs(folders.ToolOutput));
    private readonly ConcurrentDictionary<string, bool> told = new();
    private CheckpointWriter? writer;

    /// <summary>The memory folder.</summary>
    public MemoryFiles Files { get; } = new(folders.Memory, projectId, database, blobs, (path, author) => log.Tell(new MemoryUpdated(
        path, MemoryNames.LayerOf(folders.Memory, path), author)));

    public CheckpointStore Checkpoints => checkpoints;

    public WindowLimits Limits => limits;

    /// <summary>The files that say how far tasks are.</summary>
    public ProgressFiles Progress => new(Files, config.Memory.DisableWrite, warn);

    /// <summary>Finds what was said and done.</summary>
    public HistorySearch Search => new(database, blobs, spilled, index) { Kinds = Kinds() };

    /// <summary>Reads on where a search has pointed to.</summary>
    public HistoryPages Pages => new(database, blobs, spilled);

    /// <summary>To be told every event: what can wait is done while a session is idle.</summary>
    public void Hear(Event told)
    {
        if (told is not SessionIdle idle)
            return;
        new Housekeeping(database, index, leases, background).Start();
        if (!environment.DisableCheckpoint)
            Writer.StartSettling(idle.SessionId);
    }

    /// <summary>Which lines of a text say something new about what a session remembers.</summary>
    public Func<Session, string, IReadOnlyDictionary<string, string>> Concerning => new RememberedSubjects(checkpoints).ChangedBy;

    /// <summary>The memory as people use it.</summary>
    public MemoryBook Book => new(Files, Search, store, checkpoints, leases, projectId, config.Memory.DisableWrite, clock);

    /// <summary>Keeps the agent from writing anywhere in the memory folder but to its notes.</summary>
    public IToolGate Gate => new MemoryGate(Files, config.Memory.DisableWrite);

    /// <summary>What stands in the head of a window.</summary>
    public IEnumerable<IContextSource> Sources =>
        [new MemorySource(config.Checkpoint.PushCaps, Files, assets, Warn), new EarlierSession(checkpoints, store, spilled)];

    /// <summary>Starts checkpoint writers; none where they are switched off.</summary>
    public IEnumerable<IStepGate> StepGates => environment.DisableCheckpoint ? [] : [new CheckpointGate(config.Checkpoint, limits, Writer)];

    private CheckpointWriter Writer => writer ??= new CheckpointWriter(
        config.Checkpoint, hidden, checkpoints, store, Files, spilled, leases, background, UpdateProjectAsync, LedgerOf, Warn, clock);

    /// <summary>The tasks, once they are there.</summary>
    public TaskBook? Tasks { get; set; }

    /// <summary>Tells a person what is wrong with a file, once.</summary>
    private void Warn(string sessionId, string text)
    {
        if (told.TryAdd(text, true))
            log.Tell(new SessionWarning(text) { SessionId = sessionId });
    }

    private string LedgerOf(string rootId) => Tasks is null ? "" : TaskLedger.Render(Tasks.List(rootId), config.Checkpoint.PushCaps.TasksLedger);

    /// <summary>What makes requests fit.</summary>
    public WindowKeeper Keeper(ContextBuilder context, JobTable jobs) => new(
        limits, Writer, checkpoints, new Summariser(hidden), store,
        new RebuildText(
            config.Checkpoint.PushCaps, new EditJournalStore(database, blobs), Files,
            LedgerOf, jobs, assets, clock),
        context, log,
        config.Compaction with
        {
            Auto = config.Compaction.Auto && !environment.DisableAutoCompact,
            Prune = config.Compaction.Prune && !environment.DisablePrune,
        },
        environment.DisableCheckpoint ? null : config.Checkpoint, new StateStore(database), clock);

    /// <summary>What is taken back for good leaves the notes and the project's memory too. What stood there is kept as a version.</summary>
    public async Task ForgetAsync(string sessionId, IReadOnlyList<MessageWithParts> removed)
    {
        await WriteNotesAsync(RootOf(sessionId), RootOf(sessionId), removed, CancellationToken.None);
        if (removed.Count > 0)
            await new ProjectMemory(Files, leases, projectId).TakeBackAsync(sessionId, removed[0].Info.Time.Created, CancellationToken.None);
    }

    /// <summary>A copy of a session knows what the session knew at that point: the notes until then, and the checkpoint that held.</summary>
    public async Task TakeAlongAsync(ForkedSession fork, CancellationToken cancellationToken)
    {
        await WriteNotesAsync(RootOf(fork.SourceId), fork.CopyId, fork.Left, cancellationToken);
        await new CheckpointCopy(checkpoints, store).MakeAsync(fork.SourceId, fork.CopyId, fork.Copies, cancellationToken);
    }

    private string RootOf(string sessionId) => store.FindPlace(sessionId)?.RootId ?? sessionId;

    private async Task WriteNotesAsync(string fromRoot, string toRoot, IReadOnlyList<MessageWithParts> without, CancellationToken cancellationToken)
    {
        var notes = MemoryFiles.Read(Files.Notes(fromRoot));
        var left = SessionNotes.Without(notes.Text, without);
        if (notes.Problem is null && (fromRoot == toRoot ? left != notes.Text : left.Length > 0))
            await Files.WriteAsync(Files.Notes(toRoot), left, "undo", toRoot, cancellationToken);
    }

    private HashSet<string>? Kinds()
    {
        var wanted = config.History.Kinds;
        return wanted.IsDefaultOrEmpty ? null : [.. wanted.Select(kind => kind switch
        {
            "user_text" => "user",
            "assistant_text" => "assistant",
            "tool_input" => "input",
            "tool_error" => "error",
            "tool_output" => "output",
            _ => kind,
        })];
    }

    private async Task UpdateProjectAsync(
        string sessionId, CheckpointRevision revision, CheckpointDocument document, CancellationToken cancellationToken)
    {
        if (checkpoints.Latest(sessionId) is { } written)
            log.Tell(new CheckpointWritten(written.Version, written.Validated, document.Lines.Count) { SessionId = sessionId });
        if (config.Memory.DisableWrite)
            return;
        var others = checkpoints.OfProject(projectId, sessionId, SessionsCompared).Select(other => CheckpointDocument.Parse(other.Checkpoint.Body));
        var durable = document.In(CheckpointSection.Project).Concat(document.In(CheckpointSection.Rules)).Union(Recurring.In(document, others));
        try
        {
            await new ProjectMemory(Files, leases, projectId).UpdateAsync(
                [.. durable.Select(line => new MemoryLine(line.Text, line.Time, line.Seq, revision.IsVerified(line.Text)))],
                (text, seq) => revision.SaidLater(text, seq) is { } later ? new MemoryLine(later.Text, later.At.Time, later.At.Seq, IsVerified: true) : null,
                sessionId, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Warn(sessionId, $"The project's memory is left as it is: {error.Message}");
        }
    }
}
