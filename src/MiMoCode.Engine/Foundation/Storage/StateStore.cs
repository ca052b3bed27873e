using System.Collections.Immutable;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>Small things that a session has to remember across restarts, by name: a goal, a counter, a threshold that was crossed.</summary>
internal sealed class StateStore(Database database)
{
    /// <summary>The value; null when none was set.</summary>
    public string? Get(string sessionId, string key) => database.Read(connection =>
        connection.Text("SELECT v FROM state WHERE session_id = ? AND k = ?", sessionId, key));

    /// <summary>The sessions that have a value under the name, and the values.</summary>
    public ImmutableArray<(string SessionId, string Value)> All(string key) => database.Read(connection =>
    {
        using var rows = connection.Query("SELECT session_id, v FROM state WHERE k = ?", key);
        var all = ImmutableArray.CreateBuilder<(string, string)>();
        while (rows.Next())
            all.Add((rows.Text(0), rows.Text(1)));
        return all.ToImmutable();
    });

    /// <summary>Sets the value, or takes it away when it is null.</summary>
    public Task SetAsync(string sessionId, string key, string? value, CancellationToken cancellationToken) => database.WriteAsync(
        connection => value is null
            ? connection.Run("DELETE FROM state WHERE session_id = ? AND k = ?", sessionId, key)
            : connection.Run(
                "INSERT INTO state (session_id, k, v) VALUES (?, ?, ?) ON CONFLICT (session_id, k) DO UPDATE SET v = excluded.v",
                sessionId, key, value),
        Durability.Committed, cancellationToken);
}
