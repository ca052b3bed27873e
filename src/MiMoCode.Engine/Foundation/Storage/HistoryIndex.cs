using System.Globalization;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Keeps the search index behind the facts: it reads on from a cursor, the number of the last event it has seen, in small batches, so
/// that whoever writes meanwhile waits for one batch at most. Only a search waits for it, and only so long.
/// </summary>
internal sealed class HistoryIndex(Database database, SpilledOutputs spilled)
{
    private const int BatchSize = 256;
    private const int BatchCharacters = 300_000;
    private const string Cursor = "search";

    private const string InsertRow =
        "INSERT INTO doc (part_seq, chunk, session_id, kind, tool, time) VALUES (?, ?, ?, ?, ?, ?)";

    /// <summary>Reads every fact that is stored by now. Cancelling keeps what was read.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => DrainAsync(TimeSpan.MaxValue, cancellationToken);

    /// <summary>Reads on, for no longer than given but a batch in any case; how many events are still unread.</summary>
    public async Task<long> DrainAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        var unread = Unread();
        for (var first = true; unread > 0 && (first || TimeProvider.System.GetElapsedTime(since) < atMost); first = false)
        {
            await database.WriteAsync(ReadBatch, Durability.Committed, cancellationToken);
            unread = Unread();
        }

        return unread;
    }

    /// <summary>The number of the last event that was read.</summary>
    public static long Last(Connection connection) =>
        connection.Number("SELECT CAST(v AS INTEGER) FROM meta WHERE k = ?", Cursor) ?? 0;

    private long Unread() => database.Read(connection => (connection.Number("SELECT max(seq) FROM event") ?? 0) - Last(connection));

    /// <summary>The number of the last event that was read now.</summary>
    private long ReadBatch(Connection connection)
    {
        var from = Last(connection);
        var (parts, last) = Read(connection, from);
        var characters = 0;
        foreach (var part in parts)
        {
            SearchRows.Remove(connection, part.Seq);
            characters += Add(connection, part);
            if (characters > BatchCharacters)
            {
                last = part.Event;
                break;
            }
        }

        if (last > from)
        {
            connection.Run(
                "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                Cursor, last.ToString(CultureInfo.InvariantCulture));
        }

        return last;
    }

    // A part that changed again has a later event, by which it will be read.
    private static (List<Found> Parts, long Last) Read(Connection connection, long from)
    {
        var (parts, last) = (new List<Found>(), from);
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
            last = rows.Number(0);
            if (rows.IsNull(1) || rows.IsNull(3))
                continue;
            parts.Add(new Found(
                last, rows.Number(1), StoredJson.Read(rows.Bytes(2), StoredJson.Shapes.Part), rows.Text(3),
                $"{SearchText.Code(rows.Text(4))} {SearchText.Code(rows.Text(5))}", rows.Number(6) != 0, rows.Time(7)));
        }

        return (parts, last);
    }

    /// <summary>How many characters were read.</summary>
    private int Add(Connection connection, Found found)
    {
        var (chunk, characters) = (0, 0);
        foreach (var (kind, part) in SearchText.Of(found.Part, found.FromUser))
        {
            var text = kind is "output" ? spilled.Whole(part) : part;
            foreach (var (piece, byPieces) in SearchText.Chunks(kind, text))
            {
                characters += piece.Length;
                var id = Insert(connection, found, chunk++, kind);
                connection.Run("INSERT INTO doc_word (rowid, scope, body) VALUES (?, ?, ?)", id, found.Scope, SearchText.ForWords(piece));
                if (byPieces && SearchText.ForPieces(piece) is { Length: > 0 } pieces)
                    connection.Run("INSERT INTO doc_gram (rowid, scope, body) VALUES (?, ?, ?)", id, found.Scope, pieces);
            }

            // A row without words says that the part goes on where the indexes end.
            if (SearchText.IsLong(kind, text))
                Insert(connection, found, chunk++, "long");
        }

        return characters;
    }

    private static long Insert(Connection connection, Found found, int chunk, string kind)
    {
        connection.Run(InsertRow, found.Seq, (long)chunk, found.SessionId, kind, SearchText.ToolOf(found.Part), Cell.FromTime(found.Time));
        return connection.LastRow;
    }

    private sealed record Found(long Event, long Seq, Part Part, string SessionId, string Scope, bool FromUser, DateTimeOffset Time);
}
