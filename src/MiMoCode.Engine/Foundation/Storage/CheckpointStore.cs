using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The checkpoints of sessions. A row is the truth; files are its copies. Nothing is overwritten: each commit is a version.</summary>
internal sealed class CheckpointStore(Database database)
{
    private const string Columns = "version, covered_seq, notes_cursor, body, validated, time";

    /// <summary>The newest version that holds; null when there is none.</summary>
    public StoredCheckpoint? Latest(string sessionId) => database.Read(connection => Latest(connection, sessionId));

    /// <summary>The newest version that holds and speaks of nothing after a message's number; null when there is none.</summary>
    public StoredCheckpoint? LatestUpTo(string sessionId, long seq) => database.Read(connection => Latest(connection, sessionId, seq));

    /// <summary>The newest versions of other sessions of a project, the newest first.</summary>
    public ImmutableArray<(string SessionId, StoredCheckpoint Checkpoint)> OfProject(string projectId, string exceptRootId, int most) =>
        database.Read<ImmutableArray<(string, StoredCheckpoint)>>(connection =>
        {
            using var rows = connection.Query(
                $"""
                SELECT {Columns}, session_id FROM checkpoint WHERE superseded_by IS NULL
                  AND session_id IN (SELECT id FROM session WHERE project_id = ?1 AND root_id <> ?2 AND kind = 'user')
                  AND version = (SELECT max(version) FROM checkpoint newest WHERE newest.session_id = checkpoint.session_id AND superseded_by IS NULL)
                ORDER BY covered_seq DESC LIMIT ?3
                """,
                projectId, exceptRootId, (long)most);
            var found = ImmutableArray.CreateBuilder<(string, StoredCheckpoint)>();
            while (rows.Next())
                found.Add((rows.Text(6), Of(rows)));
            return found.ToImmutable();
        });

    /// <summary>All versions, the newest first.</summary>
    public ImmutableArray<StoredCheckpoint> Versions(string sessionId) => database.Read<ImmutableArray<StoredCheckpoint>>(connection =>
    {
        using var rows = connection.Query($"SELECT {Columns} FROM checkpoint WHERE session_id = ? ORDER BY version DESC", sessionId);
        var versions = ImmutableArray.CreateBuilder<StoredCheckpoint>();
        while (rows.Next())
            versions.Add(Of(rows));
        return versions.ToImmutable();
    });

    /// <summary>Content, watermark and notes cursor become true together, under the lease of the writer; the number of the version.</summary>
    /// <exception cref="LeaseLostException">Another process writes for this session now.</exception>
    public async Task<long> CommitAsync(
        string sessionId, string body, long coveredSeq, long notesCursor, bool validated, Lease? under, CancellationToken cancellationToken)
    {
        database.FailPoints?.Pass("checkpoint.before");
        var version = await database.WriteAsync(
            connection =>
            {
                under?.Check(connection);
                var next = (connection.Number("SELECT max(version) FROM checkpoint WHERE session_id = ?", sessionId) ?? 0) + 1;
                connection.Run(
                    "INSERT INTO checkpoint (session_id, version, covered_seq, notes_cursor, body, validated, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    sessionId, next, coveredSeq, notesCursor, body, validated, Cell.FromTime(database.Clock.GetUtcNow()));
                database.FailPoints?.Pass("checkpoint.row");
                return next;
            },
            Durability.OnDisk, cancellationToken);
        database.FailPoints?.Pass("checkpoint.after");
        return version;
    }

    /// <summary>Voids every version that speaks of messages after a number: they were undone.</summary>
    public Task<int> SupersedeAfterAsync(string sessionId, long seq, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Run(
            "UPDATE checkpoint SET superseded_by = ?2 WHERE session_id = ?1 AND covered_seq > ?2 AND superseded_by IS NULL", sessionId, seq),
        Durability.OnDisk, cancellationToken);

    private static StoredCheckpoint? Latest(Connection connection, string sessionId, long upTo = long.MaxValue)
    {
        using var rows = connection.Query(
            $"SELECT {Columns} FROM checkpoint WHERE session_id = ? AND covered_seq <= ? AND superseded_by IS NULL ORDER BY version DESC LIMIT 1",
            sessionId, upTo);
        return rows.Next() ? Of(rows) : null;
    }

    private static StoredCheckpoint Of(in Rows rows) =>
        new(rows.Number(0), rows.Number(1), rows.Number(2), rows.Text(3), rows.Number(4) != 0, rows.Time(5));
}

/// <summary>A version: what it says, up to which message, and how much of the notes it has taken in. Not validated: no model wrote to it.</summary>
internal sealed record StoredCheckpoint(long Version, long CoveredSeq, long NotesCursor, string Body, bool Validated, DateTimeOffset Time);
