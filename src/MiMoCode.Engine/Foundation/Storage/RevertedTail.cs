using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Removes for good what a session took back: the messages from the point on, windows that begin with them, and with them the facts
/// that were learnt from them, so that no later window brings them back. All in one transaction.
/// </summary>
/// <param name="database">Where they are.</param>
/// <param name="blobs">Where their long contents are.</param>
/// <param name="forget">Takes what was learnt from messages of a session out of files. It comes first: done again after a crash, it changes nothing more.</param>
internal sealed class RevertedTail(Database database, BlobStore blobs, Func<string, IReadOnlyList<MessageWithParts>, Task> forget)
{
    /// <summary>Nothing happens when nothing is taken back.</summary>
    public async Task<ImmutableArray<NumberedEvent>> RemoveAsync(SessionInfo info, Lease? under, Action<NumberedEvent> whenStored)
    {
        if (info.Revert is not { } revert)
            return [];
        await forget(info.Id, Taken(info.Id, revert.MessageId));
        var now = database.Clock.GetUtcNow();
        return await database.WriteAsync(
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

    private IReadOnlyList<MessageWithParts> Taken(string session, string messageId) => database.Read<IReadOnlyList<MessageWithParts>>(connection =>
        connection.Number("SELECT seq FROM message WHERE id = ? AND session_id = ?", messageId, session) is { } point
            ? new HistoryReader(connection, blobs).Read(session, point, long.MaxValue, whole: true)
            : []);

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
