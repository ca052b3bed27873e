using System.Collections.Immutable;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The rows of messages that wait, inside a transaction.</summary>
internal static class QueueRows
{
    /// <summary>The messages that wait, in the order in which they came.</summary>
    public static ImmutableArray<MessageWithParts> Waiting(Connection connection, string sessionId)
    {
        using var rows = connection.Query(
            "SELECT data FROM queue WHERE session_id = ? AND state = 'accepted' ORDER BY seq", sessionId);
        var waiting = ImmutableArray.CreateBuilder<MessageWithParts>();
        while (rows.Next())
            waiting.Add(StoredJson.Read(rows.Bytes(0), StoredJson.Shapes.MessageWithParts));
        return waiting.ToImmutable();
    }

    public static bool AnyWaits(Connection connection, string sessionId) =>
        connection.Number("SELECT 1 FROM queue WHERE session_id = ? AND state = 'accepted' LIMIT 1", sessionId) is not null;
}
