using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The messages that wait for their session. A message is part of the history, and has its place in it, when it is taken.
/// Accepting and becoming idle are decided one after the other, by whichever process: no message is left behind.
/// </summary>
internal sealed class QueueStore(Database database, BlobStore blobs)
{
    /// <summary>
    /// Accepts a message; it survives the loss of power when this returns. The same id again changes nothing.
    /// </summary>
    /// <exception cref="UserException">There is no such session, or the id is another session's.</exception>
    public async Task<Enqueued> EnqueueAsync(
        string sessionId, MessageWithParts message, Delivery delivery, CancellationToken cancellationToken)
    {
        database.FailPoints?.Pass("enqueue.before");
        var json = StoredJson.Write(message, StoredJson.Shapes.MessageWithParts);
        var now = database.Clock.GetUtcNow();
        var enqueued = await database.WriteAsync(
            connection => new Enqueued(
                Insert(connection, sessionId, message.Info.Id, delivery, json, now),
                connection.Number("SELECT 1 FROM lease WHERE name = ? AND instance_id IS NOT NULL", Leases.OfSession(sessionId)) is not null),
            Durability.OnDisk, cancellationToken);
        database.FailPoints?.Pass("enqueue.after");
        return enqueued;
    }

    /// <summary>
    /// Moves waiting messages into the history and returns the facts, in order; empty when nothing waits for this moment.
    /// Before the next step: every message that asked for it. When idle: those too, or else the oldest of the others, so that
    /// each of them gets a turn of its own.
    /// </summary>
    public Task<ImmutableArray<NumberedEvent>> TakeAsync(
        string sessionId, Delivery moment, Lease? under = null, Action<NumberedEvent>? whenStored = null)
    {
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                under?.Check(connection);
                var told = ImmutableArray.CreateBuilder<NumberedEvent>();
                foreach (var (seq, message) in Due(connection, sessionId, moment))
                {
                    // The id stays, so that the same message sent again is recognised.
                    connection.Run("UPDATE queue SET state = 'taken', data = '' WHERE seq = ?", seq);
                    foreach (var fact in Facts(message, sessionId, now))
                        told.Add(new NumberedEvent(FactWriter.Write(connection, StoredFact.Of(fact, blobs, now)), fact));
                }

                database.FailPoints?.Pass("take");
                return told.ToImmutable();
            },
            told =>
            {
                foreach (var each in told)
                    whenStored?.Invoke(each);
            },
            Durability.Committed, CancellationToken.None);
    }

    /// <summary>
    /// Gives up the lease of a session if nothing waits for it. False: something does, and the lease is still held. Whoever
    /// enqueues later finds the session without an owner and starts it.
    /// </summary>
    public Task<bool> TryIdleAsync(string sessionId, Lease lease) => database.WriteAsync(
        connection =>
        {
            if (QueueRows.AnyWaits(connection, sessionId))
                return false;
            lease.Release(connection);
            return true;
        },
        Durability.Committed, CancellationToken.None);

    /// <summary>The messages that wait, in the order in which they came.</summary>
    public ImmutableArray<MessageWithParts> Waiting(string sessionId) =>
        database.Read(connection => QueueRows.Waiting(connection, sessionId));

    /// <summary>True when a message waits; cheap enough to ask before every step.</summary>
    public bool AnyWaits(string sessionId) => database.Read(connection => QueueRows.AnyWaits(connection, sessionId));

    /// <summary>The sessions for which something waits: what a new start goes on with.</summary>
    public ImmutableArray<string> WaitingSessions() => database.Read(connection =>
    {
        using var rows = connection.Query("SELECT DISTINCT session_id FROM queue WHERE state = 'accepted'");
        var sessions = ImmutableArray.CreateBuilder<string>();
        while (rows.Next())
            sessions.Add(rows.Text(0));
        return sessions.ToImmutable();
    });

    /// <summary>Withdraws a message that still waits. False: it does not.</summary>
    public Task<bool> CancelAsync(string sessionId, string messageId, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Run(
            "UPDATE queue SET state = 'cancelled', data = '' WHERE id = ? AND session_id = ? AND state = 'accepted'", messageId, sessionId) > 0,
        Durability.OnDisk, cancellationToken);

    private static bool Insert(
        Connection connection, string sessionId, string messageId, Delivery delivery, byte[] json, DateTimeOffset now)
    {
        if (connection.Number("SELECT 1 FROM session WHERE id = ?", sessionId) is null)
            throw UserException.NotFound("session", sessionId);

        var owner = connection.Text("SELECT session_id FROM queue WHERE id = ?1 UNION ALL SELECT session_id FROM message WHERE id = ?1", messageId);
        if (owner is not null && owner != sessionId)
            throw new UserException($"Message {messageId} belongs to another session; choose another id.", httpStatus: 409);
        if (owner is not null)
            return false;

        connection.Run(
            "INSERT INTO queue (id, session_id, delivery, state, time, data) VALUES (?, ?, ?, 'accepted', ?, ?)",
            messageId, sessionId, NameOf(delivery), Cell.FromTime(now), json);
        return true;
    }

    private static List<(long Seq, MessageWithParts Message)> Due(Connection connection, string sessionId, Delivery moment)
    {
        var due = Read(connection.Query(
            "SELECT seq, data FROM queue WHERE session_id = ? AND state = 'accepted' AND delivery = 'next-step' ORDER BY seq", sessionId));
        return due.Count > 0 || moment is Delivery.NextStep
            ? due
            : Read(connection.Query(
                "SELECT seq, data FROM queue WHERE session_id = ? AND state = 'accepted' ORDER BY seq LIMIT 1", sessionId));
    }

    private static List<(long Seq, MessageWithParts Message)> Read(Rows rows)
    {
        using (rows)
        {
            var messages = new List<(long, MessageWithParts)>();
            while (rows.Next())
                messages.Add((rows.Number(0), StoredJson.Read(rows.Bytes(1), StoredJson.Shapes.MessageWithParts)));
            return messages;
        }
    }

    private static IEnumerable<SessionEvent> Facts(MessageWithParts message, string sessionId, DateTimeOffset now) =>
        message.Parts.Select(part => new PartUpdated(part, now) { SessionId = sessionId })
            .Prepend<SessionEvent>(new MessageUpdated(message.Info) { SessionId = sessionId });

    private static string NameOf(Delivery delivery) => delivery is Delivery.NextStep ? "next-step" : "when-idle";
}

/// <summary>An accepted message. IsNew is false when its id was known; HasOwner when some process holds the session's lease.</summary>
internal sealed record Enqueued(bool IsNew, bool HasOwner);
