using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Removes for good what a session took back: the messages from the point on, windows that begin with them, and with them the facts
/// that were learnt from them, so that no later window brings them back. All in one transaction.
/// </summary>
internal sealed class RevertedTail(Database database, BlobStore blobs)
{
    /// <summary>Nothing happens when nothing is taken back.</summary>
    public Task<ImmutableArray<NumberedEvent>> RemoveAsync(SessionInfo info, Lease? under, Action<NumberedEvent> whenStored)
    {
        if (info.Revert is not { } revert)
            return Task.FromResult<ImmutableArray<NumberedEvent>>([]);
        var now = database.Clock.GetUtcNow();
        return database.WriteAsync(
            connection =>
            {
                under?.Check(connection);
                var facts = Facts(connection, info, revert.MessageId);
                return facts.Select(fact => new NumberedEvent(FactWriter.Write(connection, StoredFact.Of(fact, blobs, now)), fact)).ToImmutableArray();
            },
            told =>
            {
                foreach (var each in told)
                    whenStored(each);
            },
            Durability.OnDisk, CancellationToken.None);
    }

    private static List<SessionEvent> Facts(Connection connection, SessionInfo info, string messageId)
    {
        var facts = new List<SessionEvent>();
        var session = info.Id;
        if (connection.Number("SELECT seq FROM message WHERE id = ? AND session_id = ?", messageId, session) is { } point)
        {
            using (var rows = connection.Query("SELECT id FROM message WHERE session_id = ? AND seq >= ? ORDER BY seq DESC", session, point))
            {
                while (rows.Next())
                    facts.Add(new MessageRemoved(rows.Text(0)) { SessionId = session });
            }

            Supersede(connection, session, point);
            facts.AddRange(TaskRows.Revert(connection, session, point));
        }

        facts.Add(new SessionUpdated(info with { Revert = null }) { SessionId = session });
        return facts;
    }

    private static void Supersede(Connection connection, string session, long point)
    {
        connection.Run(
            """
            DELETE FROM window WHERE session_id = ?1 AND (start_seq >= ?2
              OR head_id IN (SELECT id FROM message WHERE session_id = ?1 AND seq >= ?2))
            """,
            session, point);
        connection.Run(
            "UPDATE checkpoint SET superseded_by = ?2 WHERE session_id = ?1 AND covered_seq >= ?2 AND superseded_by IS NULL", session, point);
    }
}
