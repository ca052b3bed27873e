using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Reads the stored conversation where a search has pointed to: what stood around a place, and the whole of it.</summary>
internal sealed class HistoryPages(Database database, BlobStore blobs, SpilledOutputs spilled)
{
    /// <summary>A part by its number; null when there is none that may be seen.</summary>
    public PartText? Find(long part) => database.Read(connection => new PartTexts(connection, blobs, spilled).Read(part));

    /// <summary>The messages around a part, or around a message, in their order; empty when there is no such place.</summary>
    public ImmutableArray<NearbyMessage> Around(string place, int before, int after) => database.Read<ImmutableArray<NearbyMessage>>(connection =>
    {
        using var at = connection.Query(
            """
            SELECT seq, session_id FROM message WHERE id = ?1
            UNION ALL SELECT message.seq, message.session_id FROM part JOIN message ON message.seq = part.message_seq WHERE part.seq = ?2 LIMIT 1
            """,
            place, long.TryParse(place, out var number) ? number : -1L);
        return at.Next() ? Read(connection, at.Text(1), at.Number(0), before, after) : [];
    });

    private ImmutableArray<NearbyMessage> Read(Connection connection, string session, long seq, int before, int after)
    {
        var messages = new List<(long Seq, string Id, string Role)>();
        using (var rows = connection.Query(
            """
            SELECT seq, id, json_extract(data, '$.role') FROM (
              SELECT * FROM (SELECT * FROM message WHERE session_id = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT ?3)
              UNION ALL SELECT * FROM (SELECT * FROM message WHERE session_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?4)) ORDER BY seq
            """,
            session, seq, before + 1L, (long)after))
        {
            while (rows.Next())
                messages.Add((rows.Number(0), rows.Text(1), rows.Text(2)));
        }

        var texts = new PartTexts(connection, blobs, spilled);
        return [.. messages.Select(message => new NearbyMessage(
            message.Id, message.Role, message.Seq == seq, [.. PartsOf(connection, message.Seq).Select(texts.Read).OfType<PartText>().Where(part => part.Texts.Length > 0)]))];
    }

    private static List<long> PartsOf(Connection connection, long message)
    {
        var parts = new List<long>();
        using var rows = connection.Query("SELECT seq FROM part WHERE message_seq = ? ORDER BY seq", message);
        while (rows.Next())
            parts.Add(rows.Number(0));
        return parts;
    }
}

/// <summary>A message near a place that was looked up; IsPlace for the one that holds it.</summary>
internal sealed record NearbyMessage(string Id, string Role, bool IsPlace, ImmutableArray<PartText> Parts);
