using System.Globalization;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Keeps the search index behind the facts: it reads on from a cursor, the number of the last event it has seen. Nothing waits for
/// it but a search, which brings it up to date first.
/// </summary>
internal sealed class HistoryIndex(Database database, SpilledOutputs spilled)
{
    private const int BatchSize = 256;
    private const string Cursor = "search";

    private const string InsertRow =
        "INSERT INTO doc (part_seq, chunk, session_id, kind, tool, time) VALUES (?, ?, ?, ?, ?, ?)";

    /// <summary>Reads every fact that is stored by now. Cancelling keeps what was read.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (IsBehind() && await database.WriteAsync(ReadBatch, Durability.Committed, cancellationToken))
        {
        }
    }

    private bool IsBehind() => database.Read(connection => Last(connection) < (connection.Number("SELECT max(seq) FROM event") ?? 0));

    private static long Last(Connection connection) =>
        connection.Number("SELECT CAST(v AS INTEGER) FROM meta WHERE k = ?", Cursor) ?? 0;

    /// <summary>True when there may be more.</summary>
    private bool ReadBatch(Connection connection)
    {
        var from = Last(connection);
        var (parts, last, count) = Read(connection, from);
        foreach (var part in parts)
        {
            SearchRows.Remove(connection, part.Seq);
            Add(connection, part);
        }

        if (last > from)
        {
            connection.Run(
                "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                Cursor, last.ToString(CultureInfo.InvariantCulture));
        }

        return count == BatchSize;
    }

    // A part that changed again has a later event, by which it will be read.
    private static (List<Found> Parts, long Last, int Count) Read(Connection connection, long from)
    {
        var (parts, last, count) = (new List<Found>(), from, 0);
        using var rows = connection.Query(
            """
            SELECT event.seq, part.seq, part.data, session.id, session.root_id, session.project_id,
              json_extract(message.data, '$.role') = 'user', event.time
            FROM event
            LEFT JOIN part ON event.type = 'message.part.updated' AND part.seq = event.ref AND part.rev = event.seq
            LEFT JOIN message ON message.seq = part.message_seq
            LEFT JOIN session ON session.id = message.session_id AND session.kind <> 'system'
            WHERE event.seq > ? ORDER BY event.seq LIMIT ?
            """,
            from, BatchSize);
        while (rows.Next())
        {
            (last, count) = (rows.Number(0), count + 1);
            if (rows.IsNull(1) || rows.IsNull(3))
                continue;
            parts.Add(new Found(
                rows.Number(1), StoredJson.Read(rows.Bytes(2), StoredJson.Shapes.Part), rows.Text(3),
                $"{SearchText.Code(rows.Text(4))} {SearchText.Code(rows.Text(5))}", rows.Number(6) != 0, rows.Time(7)));
        }

        return (parts, last, count);
    }

    private void Add(Connection connection, Found found)
    {
        var chunk = 0;
        foreach (var (kind, part) in SearchText.Of(found.Part, found.FromUser))
        {
            var text = kind is "output" ? spilled.Whole(part) : part;
            foreach (var (piece, byPieces) in SearchText.Chunks(kind, text))
            {
                var id = Insert(connection, found, chunk++, kind);
                connection.Run("INSERT INTO doc_word (rowid, scope, body) VALUES (?, ?, ?)", id, found.Scope, SearchText.ForWords(piece));
                if (byPieces)
                    connection.Run("INSERT INTO doc_gram (rowid, scope, body) VALUES (?, ?, ?)", id, found.Scope, piece);
            }

            // A row without words says that the part goes on where the indexes end.
            if (SearchText.IsLong(kind, text))
                Insert(connection, found, chunk++, "long");
        }
    }

    private static long Insert(Connection connection, Found found, int chunk, string kind)
    {
        connection.Run(InsertRow, found.Seq, (long)chunk, found.SessionId, kind, SearchText.ToolOf(found.Part), Cell.FromTime(found.Time));
        return connection.LastRow;
    }

    private sealed record Found(long Seq, Part Part, string SessionId, string Scope, bool FromUser, DateTimeOffset Time);
}
