using System.Collections.Immutable;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Reads messages with their parts, in order, inside a read.</summary>
internal sealed class HistoryReader(Connection connection, BlobStore blobs)
{
    /// <summary>The messages of a session from one number to another, both included. Whole: also what only a blob holds.</summary>
    public ImmutableArray<MessageWithParts> Read(string session, long from, long to, bool whole)
    {
        var parts = ReadParts(session, from, to, whole);
        var messages = ImmutableArray.CreateBuilder<MessageWithParts>();
        using var rows = connection.Query(
            "SELECT seq, data FROM message WHERE session_id = ? AND seq BETWEEN ? AND ? ORDER BY seq", session, from, to);
        while (rows.Next())
        {
            var info = StoredJson.Read(rows.Bytes(1), StoredJson.Shapes.Message);
            messages.Add(new MessageWithParts(info, parts.TryGetValue(rows.Number(0), out var own) ? own.ToImmutable() : []));
        }

        return messages.ToImmutable();
    }

    private Dictionary<long, ImmutableArray<Part>.Builder> ReadParts(string session, long from, long to, bool whole)
    {
        var parts = new Dictionary<long, ImmutableArray<Part>.Builder>();
        using var rows = connection.Query(
            """
            SELECT message.seq, part.blob, part.data FROM message CROSS JOIN part ON part.message_seq = message.seq
            WHERE message.session_id = ? AND message.seq BETWEEN ? AND ? ORDER BY message.seq, part.seq
            """,
            session, from, to);
        while (rows.Next())
        {
            var message = rows.Number(0);
            if (!parts.TryGetValue(message, out var own))
                parts.Add(message, own = ImmutableArray.CreateBuilder<Part>());
            own.Add(ReadPart(rows, whole));
        }

        return parts;
    }

    private Part ReadPart(in Rows rows, bool whole)
    {
        // A lost file is no reason to lose the conversation: the beginning and the end are in the row.
        if (whole && !rows.IsNull(1) && blobs.Get(connection, rows.Text(1)) is { } content)
            return StoredJson.Read(content, StoredJson.Shapes.Part);
        return StoredJson.Read(rows.Bytes(2), StoredJson.Shapes.Part);
    }
}
