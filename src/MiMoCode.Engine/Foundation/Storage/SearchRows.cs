namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The rows of the search index, inside a transaction. They go in the transaction in which their part goes.</summary>
internal static class SearchRows
{
    private static readonly string[] Tables = ["doc_word", "doc_gram"];

    /// <summary>Forgets one part.</summary>
    public static void Remove(Connection connection, long part) => Remove(connection, "SELECT id FROM doc WHERE part_seq = ?", part);

    /// <summary>Forgets the parts of a message.</summary>
    public static void RemoveMessage(Connection connection, long message) =>
        Remove(connection, "SELECT doc.id FROM doc JOIN part ON part.seq = doc.part_seq WHERE part.message_seq = ?", message);

    /// <summary>Forgets the parts of a session.</summary>
    public static void RemoveSession(Connection connection, string session) =>
        Remove(
            connection,
            """
            SELECT doc.id FROM message JOIN part ON part.message_seq = message.seq JOIN doc ON doc.part_seq = part.seq
            WHERE message.session_id = ?
            """,
            session);

    private static void Remove(Connection connection, string select, Cell of)
    {
        if (connection.Number($"SELECT EXISTS ({select})", of) is 0)
            return;

        foreach (var table in Tables)
            connection.Run($"DELETE FROM {table} WHERE rowid IN ({select})", of);
        connection.Run($"DELETE FROM doc WHERE id IN ({select})", of);
    }
}
