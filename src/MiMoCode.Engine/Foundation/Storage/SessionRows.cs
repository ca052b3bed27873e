using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>The rows of sessions, inside a transaction.</summary>
internal static class SessionRows
{
    public static void Insert(Connection connection, SessionInfo info, SessionKind? kind, byte[] json, long number)
    {
        if (connection.Number("SELECT 1 FROM session WHERE id = ?", info.Id) is not null)
            throw new UserException($"Session {info.Id} exists already.", httpStatus: 409);

        var root = info.ParentId is { } parent
            ? connection.Text("SELECT root_id FROM session WHERE id = ?", parent) ?? throw UserException.NotFound("session", parent)
            : info.Id;
        connection.Run(
            """
            INSERT INTO session (id, project_id, parent_id, root_id, kind, directory, title, rev, time_created, time_updated, time_archived, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            info.Id, info.ProjectId, info.ParentId, root,
            NameOf(kind ?? (info.ParentId is null ? SessionKind.User : SessionKind.Subagent)), info.Directory, info.Title, number,
            Cell.FromTime(info.Time.Created), Cell.FromTime(info.Time.Updated), Cell.FromTime(info.Time.Archived), json);
    }

    public static void Update(Connection connection, SessionInfo info, byte[] json, long number)
    {
        var changed = connection.Run(
            """
            UPDATE session SET project_id = ?, directory = ?, title = ?, rev = ?, time_updated = ?, time_archived = ?, data = ? WHERE id = ?
            """,
            info.ProjectId, info.Directory, info.Title, number,
            Cell.FromTime(info.Time.Updated), Cell.FromTime(info.Time.Archived), json, info.Id);
        if (changed == 0)
            throw UserException.NotFound("session", info.Id);
    }

    /// <summary>Deletes one session and all that is its own. What was billed stays, and so do its children.</summary>
    public static long? Delete(Connection connection, string id)
    {
        if (connection.Run("DELETE FROM session WHERE id = ?", id) == 0)
            throw UserException.NotFound("session", id);

        SearchRows.RemoveSession(connection, id);
        connection.Run("DELETE FROM part WHERE message_seq IN (SELECT seq FROM message WHERE session_id = ?)", id);
        foreach (var table in (ReadOnlySpan<string>)
            ["message", "window", "todo", "queue", "state", "edit", "snapshot", "job", "run", "task_event", "checkpoint"])
        {
            connection.Run($"DELETE FROM {table} WHERE session_id = ?", id);
        }

        return null;
    }

    /// <summary>The session and all below it, the deepest first.</summary>
    public static List<string> Tree(Connection connection, string id)
    {
        using var rows = connection.Query(
            """
            WITH RECURSIVE tree (id, depth) AS (
              SELECT ?, 0 UNION ALL SELECT session.id, depth + 1 FROM session JOIN tree ON session.parent_id = tree.id)
            SELECT id FROM tree ORDER BY depth DESC
            """,
            id);
        var tree = new List<string>();
        while (rows.Next())
            tree.Add(rows.Text(0));
        return tree;
    }

    public static string NameOf(SessionKind kind) => kind switch
    {
        SessionKind.User => "user",
        SessionKind.Subagent => "subagent",
        _ => "system",
    };
}
