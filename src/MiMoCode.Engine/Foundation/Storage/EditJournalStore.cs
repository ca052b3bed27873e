using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The journal of the agent's own edits, ahead of the files: planned, with the contents before and after on the disk; then the file
/// is replaced; then done. What is still planned at a start is settled by the hash of the file.
/// </summary>
internal sealed class EditJournalStore(Database database, BlobStore blobs)
{
    /// <summary>Notes what is about to happen to a file and returns its number. Null content: there is no file.</summary>
    public async Task<long> PlanAsync(EditPlan plan, CancellationToken cancellationToken)
    {
        Blob? before = plan.Before is { } old ? blobs.Prepare(old) : null;
        Blob? after = plan.After is { } made ? blobs.Prepare(made) : null;
        var now = database.Clock.GetUtcNow();
        var id = await database.WriteAsync(connection => Insert(connection, plan, before, after, now), Durability.OnDisk, cancellationToken);
        database.FailPoints?.Pass("journal.planned");
        return id;
    }

    /// <summary>Notes edits that have happened already, all or none. Call is marked as one whose edits are known.</summary>
    public Task RecordAsync(IReadOnlyList<EditPlan> edits, RecordedCall call, CancellationToken cancellationToken)
    {
        var prepared = edits.Select(edit => (
            Edit: edit,
            Before: edit.Before is { } old ? blobs.Prepare(old) : null,
            After: edit.After is { } made ? blobs.Prepare(made) : null)).ToList();
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                foreach (var (edit, before, after) in prepared)
                {
                    Insert(connection, edit, before, after, now);
                    connection.Run("UPDATE edit SET state = 'done' WHERE id = ?", connection.LastRow);
                }

                return connection.Run(
                    "INSERT OR REPLACE INTO snapshot (session_id, message_id, phase, tree, time) VALUES (?, ?, ?, '', ?)",
                    call.SessionId, call.MessageId, call.CallId, Cell.FromTime(now));
            },
            edits.Count > 0 ? Durability.OnDisk : Durability.Committed, cancellationToken);
    }

    /// <summary>The calls of a session whose edits are known though they were made by something else than this program.</summary>
    public ImmutableHashSet<string> RecordedCalls(string sessionId) => database.Read(connection =>
    {
        using var rows = connection.Query("SELECT phase FROM snapshot WHERE session_id = ?", sessionId);
        var calls = ImmutableHashSet.CreateBuilder<string>();
        while (rows.Next())
            calls.Add(rows.Text(0));
        return calls.ToImmutable();
    });

    /// <summary>Notes what became of it: <see cref="EditState.Done"/>, <see cref="EditState.Undone"/> or <see cref="EditState.Failed"/>.</summary>
    public Task SettleAsync(long id, EditState state, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            database.FailPoints?.Pass("journal.settle");
            return connection.Run("UPDATE edit SET state = ? WHERE id = ?", NameOf(state), id);
        },
        Durability.OnDisk, cancellationToken);

    /// <summary>Notes the same of several, all or none.</summary>
    public Task SettleAsync(IReadOnlyCollection<long> ids, EditState state, CancellationToken cancellationToken) => database.WriteAsync(
        connection => ids.Sum(id => connection.Run("UPDATE edit SET state = ? WHERE id = ?", NameOf(state), id)),
        Durability.OnDisk, cancellationToken);

    /// <summary>The edits of a root session, oldest first.</summary>
    public ImmutableArray<JournaledEdit> OfRoot(string rootId) => database.Read(connection => Read(connection.Query(
        $"SELECT {Columns} FROM edit LEFT JOIN message ON message.id = edit.message_id WHERE root_id = ? ORDER BY edit.id", rootId)));

    /// <summary>What was planned and never settled, by anybody: for the next start.</summary>
    public ImmutableArray<JournaledEdit> Planned() => database.Read(connection => Read(connection.Query(
        $"SELECT {Columns} FROM edit LEFT JOIN message ON message.id = edit.message_id WHERE state = 'planned' ORDER BY edit.id")));

    private const string Columns =
        "edit.id, edit.session_id, message_id, call_id, path, before_hash, after_hash, before_mode, after_mode, state, message.seq";

    private static long Insert(Connection connection, EditPlan plan, Blob? before, Blob? after, DateTimeOffset now)
    {
        if (before is not null)
            BlobStore.Add(connection, before, now);
        if (after is not null)
            BlobStore.Add(connection, after, now);
        connection.Run(
            """
            INSERT INTO edit (root_id, session_id, message_id, call_id, path, before_hash, after_hash, before_mode, after_mode, state, time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', ?)
            """,
            plan.RootId, plan.SessionId, plan.MessageId, plan.CallId, plan.Path, before?.Hash, after?.Hash,
            (long?)plan.BeforeMode, (long?)plan.AfterMode, Cell.FromTime(now));
        return connection.LastRow;
    }

    private static ImmutableArray<JournaledEdit> Read(Rows rows)
    {
        using (rows)
        {
            var edits = ImmutableArray.CreateBuilder<JournaledEdit>();
            while (rows.Next())
            {
                edits.Add(new JournaledEdit(
                    rows.Number(0), rows.Text(1), rows.Text(2), rows.Text(3), rows.Text(4), rows.TextOrNull(5), rows.TextOrNull(6),
                    (UnixFileMode?)rows.NumberOrNull(7), (UnixFileMode?)rows.NumberOrNull(8), StateOf(rows.Text(9)))
                {
                    MessageSeq = rows.NumberOrNull(10),
                });
            }

            return edits.ToImmutable();
        }
    }

    private static string NameOf(EditState state) => state switch
    {
        EditState.Done => "done",
        EditState.Undone => "undone",
        EditState.Failed => "failed",
        _ => "planned",
    };

    private static EditState StateOf(string name) => name switch
    {
        "done" => EditState.Done,
        "undone" => EditState.Undone,
        "failed" => EditState.Failed,
        _ => EditState.Planned,
    };
}

/// <summary>A change of one file that is about to happen. Null content: the file does not exist at that time.</summary>
internal sealed record EditPlan(
    string RootId, string SessionId, string MessageId, string CallId, string Path,
    ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After, UnixFileMode? BeforeMode = null, UnixFileMode? AfterMode = null);

/// <summary>A tool call whose edits were found afterwards.</summary>
internal sealed record RecordedCall(string SessionId, string MessageId, string CallId);

/// <summary>An entry of the journal; hashes name contents in the <see cref="BlobStore"/>.</summary>
internal sealed record JournaledEdit(
    long Id, string SessionId, string MessageId, string CallId, string Path, string? BeforeHash, string? AfterHash,
    UnixFileMode? BeforeMode, UnixFileMode? AfterMode, EditState State)
{
    /// <summary>Orders its message among all messages of the database; null when the message was removed.</summary>
    public long? MessageSeq { get; init; }
}

/// <summary>How far an edit has come.</summary>
internal enum EditState
{
    /// <summary>It was about to happen; the file's hash tells whether it did.</summary>
    Planned,

    /// <summary>It happened.</summary>
    Done,

    /// <summary>It happened and was taken back.</summary>
    Undone,

    /// <summary>It did not happen.</summary>
    Failed,
}
