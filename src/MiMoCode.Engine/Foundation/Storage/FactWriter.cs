using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Writes the rows of a fact and the event that tells of it. Runs inside a transaction of the writer.</summary>
internal static class FactWriter
{
    /// <summary>The number of the event. Throws and leaves the transaction to be undone when the fact contradicts the rows.</summary>
    public static long Write(Connection connection, StoredFact stored)
    {
        var number = (connection.Number("SELECT max(seq) FROM event") ?? 0) + 1;
        long? about = stored.Fact switch
        {
            MessageUpdated fact => WriteMessage(connection, fact.Info, stored, number),
            PartUpdated fact => WritePart(connection, fact.Part, stored, number),
            PartRemoved fact => RemovePart(connection, fact),
            MessageRemoved fact => RemoveMessage(connection, fact),
            WindowOpened fact => WriteWindow(connection, fact, stored, number),
            TodoUpdated fact => WriteTodo(connection, fact, stored, number),
            TaskCreated or TaskUpdated => TaskRows.Write(connection, stored.Fact, number),
            TaskRemoved => null,
            SessionCreated fact => Insert(connection, fact.Info, stored, number),
            SessionUpdated fact => Update(connection, fact.Info, stored, number),
            SessionDeleted fact => SessionRows.Delete(connection, fact.SessionId),
            _ => throw new ArgumentException($"{stored.Fact.Type} is not stored."),
        };
        // Everything else is told from its row; what is gone has none.
        var data = stored.Fact switch
        {
            SessionDeleted => stored.Json,
            MessageRemoved or PartRemoved or TaskCreated or TaskUpdated or TaskRemoved => StoredJson.Write<Event>(stored.Fact, StoredJson.Shapes.Event),
            _ => null,
        };
        connection.Run(
            "INSERT INTO event (seq, session_id, type, ref, time, data) VALUES (?, ?, ?, ?, ?, ?)",
            number, stored.Fact.SessionId, stored.Fact.Type, about, Cell.FromTime(stored.Time), data);
        return number;
    }

    private static long WriteMessage(Connection connection, Message message, StoredFact stored, long number)
    {
        if (FindMessage(connection, message.SessionId, message.Id) is { } seq)
        {
            connection.Run("UPDATE message SET rev = ?, data = ? WHERE seq = ?", number, stored.Json, seq);
            return seq;
        }

        if (connection.Number("SELECT 1 FROM session WHERE id = ?", message.SessionId) is null)
            throw UserException.NotFound("session", message.SessionId);
        if (connection.Number("SELECT 1 FROM message WHERE id = ?", message.Id) is not null)
            throw new UserException($"Message {message.Id} belongs to another session; choose another id.", httpStatus: 409);
        connection.Run(
            "INSERT INTO message (seq, id, session_id, rev, data) VALUES (?, ?, ?, ?, ?)",
            number, message.Id, message.SessionId, number, stored.Json);
        return number;
    }

    private static long WritePart(Connection connection, Part part, StoredFact stored, long number)
    {
        var message = FindMessage(connection, part.SessionId, part.MessageId) ?? throw UserException.NotFound("message", part.MessageId);
        if (stored.Whole is { } blob)
            BlobStore.Add(connection, blob, stored.Time);
        if (FindPart(connection, message, part.Id) is { } seq)
        {
            connection.Run(
                "UPDATE part SET rev = ?, blob = ?, data = ? WHERE seq = ?", number, stored.Whole?.Hash, stored.Json, seq);
            return seq;
        }

        connection.Run(
            "INSERT INTO part (seq, message_seq, id, rev, blob, data) VALUES (?, ?, ?, ?, ?, ?)",
            number, message, part.Id, number, stored.Whole?.Hash, stored.Json);
        return number;
    }

    private static long? RemovePart(Connection connection, PartRemoved fact)
    {
        if (FindMessage(connection, fact.SessionId, fact.MessageId) is not { } message
            || FindPart(connection, message, fact.PartId) is not { } part)
        {
            return null;
        }

        SearchRows.Remove(connection, part);
        connection.Run("DELETE FROM part WHERE seq = ?", part);
        return part;
    }

    private static long? RemoveMessage(Connection connection, MessageRemoved fact)
    {
        if (FindMessage(connection, fact.SessionId, fact.MessageId) is not { } message)
            return null;

        SearchRows.RemoveMessage(connection, message);
        connection.Run("DELETE FROM part WHERE message_seq = ?", message);
        connection.Run("DELETE FROM message WHERE seq = ?", message);
        return message;
    }

    private static long WriteWindow(Connection connection, WindowOpened fact, StoredFact stored, long number)
    {
        BlobStore.Add(connection, stored.Whole!, stored.Time);
        BlobStore.Add(connection, stored.Tools!, stored.Time);
        // Without a start of its own a window goes on where the one before it began.
        var start = fact.StartId is { } id
            ? FindMessage(connection, fact.SessionId, id) ?? throw UserException.NotFound("message", id)
            : connection.Number("SELECT start_seq FROM window WHERE session_id = ? ORDER BY no DESC LIMIT 1", fact.SessionId) ?? 0;
        var no = (connection.Number("SELECT max(no) FROM window WHERE session_id = ?", fact.SessionId) ?? 0) + 1;
        connection.Run(
            """
            INSERT INTO window (session_id, no, rev, key, start_seq, start_id, head_id, system, tools) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            fact.SessionId, no, number, fact.Key, start, fact.StartId, fact.HeadId, stored.Whole!.Hash, stored.Tools!.Hash);
        return no;
    }

    private static long? WriteTodo(Connection connection, TodoUpdated fact, StoredFact stored, long number)
    {
        connection.Run(
            "INSERT INTO todo (session_id, rev, data) VALUES (?, ?, ?) ON CONFLICT (session_id) DO UPDATE SET rev = excluded.rev, data = excluded.data",
            fact.SessionId, number, stored.Json);
        return null;
    }

    private static long? Insert(Connection connection, SessionInfo info, StoredFact stored, long number)
    {
        SessionRows.Insert(connection, info, stored.Kind, stored.Json!, number);
        return null;
    }

    private static long? Update(Connection connection, SessionInfo info, StoredFact stored, long number)
    {
        SessionRows.Update(connection, info, stored.Json!, number);
        return null;
    }

    private static long? FindMessage(Connection connection, string sessionId, string id) =>
        connection.Number("SELECT seq FROM message WHERE id = ? AND session_id = ?", id, sessionId);

    private static long? FindPart(Connection connection, long message, string id) =>
        connection.Number("SELECT seq FROM part WHERE message_seq = ? AND id = ?", message, id);
}
