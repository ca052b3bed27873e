using System.Globalization;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Who may do what only one process at a time may do. A lease is held until it is released or its owner is dead; a new owner gets
/// a higher epoch, by which late writes of the old one are refused.
/// </summary>
internal sealed class Leases(Database database, ProcessIdentity? identity = null)
{
    private readonly ProcessIdentity self = identity ?? ProcessIdentity.Own();
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);
    private readonly string instance = Guid.NewGuid().ToString("n");

    /// <summary>The name of this process among those that use the database.</summary>
    public string Instance => instance;

    /// <summary>The lease under which a session's loop runs.</summary>
    public static string OfSession(string sessionId) => "session:" + sessionId;

    /// <summary>Takes the lease if it is free, or if its owner is dead; null when somebody holds it, be it this process.</summary>
    public Task<Lease?> TryAcquireAsync(string name, CancellationToken cancellationToken) => database.WriteAsync(
        connection =>
        {
            var now = database.Clock.GetUtcNow();
            Register(connection, now);
            if (Owner(connection, name) is { } owner && (owner == instance || IsAlive(connection, owner, now)))
                return null;

            connection.Run(
                """
                INSERT INTO lease (name, instance_id, epoch, time) VALUES (?1, ?2, 1, ?3)
                ON CONFLICT (name) DO UPDATE SET instance_id = ?2, epoch = epoch + 1, time = ?3
                """,
                name, instance, Cell.FromTime(now));
            return new Lease(name, instance, connection.Number("SELECT epoch FROM lease WHERE name = ?", name)!.Value);
        },
        Durability.Committed, cancellationToken);

    /// <summary>Gives the lease up; nothing happens when it was lost meanwhile.</summary>
    public Task<bool> ReleaseAsync(Lease lease) =>
        database.WriteAsync(lease.Release, Durability.Committed, CancellationToken.None);

    /// <summary>True while a living process holds the lease, be it this one.</summary>
    public bool IsHeld(string name) => database.Read(connection =>
        Owner(connection, name) is { } owner && (owner == instance || IsAlive(connection, owner, database.Clock.GetUtcNow())));

    /// <summary>True while the process of this name lives, be it this one.</summary>
    public bool IsLiving(string name) => name == instance
        || database.Read(connection => IsAlive(connection, name, database.Clock.GetUtcNow()));

    /// <summary>
    /// Says that this process lives, while it holds a lease. Only processes in other containers need to be told: the others see it. See
    /// <see cref="Heartbeat"/>.
    /// </summary>
    public Task<int> BeatAsync(CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Run(
            "UPDATE instance SET heartbeat = ?1 WHERE id = ?2 AND EXISTS (SELECT 1 FROM lease WHERE instance_id = ?2)",
            Cell.FromTime(database.Clock.GetUtcNow()), instance),
        Durability.Committed, cancellationToken);

    private static string? Owner(Connection connection, string name) =>
        connection.Text("SELECT instance_id FROM lease WHERE name = ?", name);

    private bool IsAlive(Connection connection, string id, DateTimeOffset now)
    {
        using var rows = connection.Query("SELECT pid, pid_start, boot_id, pid_space, heartbeat FROM instance WHERE id = ?", id);
        if (!rows.Next())
            return false;

        var owner = new ProcessIdentity((int)rows.Number(0), rows.Number(1), rows.Text(2), rows.Text(3));
        return owner.IsAlive(self) ?? now - rows.Time(4) < Silence;
    }

    private void Register(Connection connection, DateTimeOffset now) => connection.Run(
        """
        INSERT INTO instance (id, pid, pid_start, boot_id, pid_space, heartbeat) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET heartbeat = excluded.heartbeat
        """,
        instance, self.Pid, self.Started, self.BootId, self.PidSpace, Cell.FromTime(now));
}

/// <summary>A lease that was taken: its name, the process and the epoch.</summary>
internal sealed record Lease(string Name, string Instance, long Epoch)
{
    /// <summary>Throws <see cref="LeaseLostException"/> when somebody else has taken it; for the transaction that depends on it.</summary>
    public void Check(Connection connection)
    {
        if (connection.Number("SELECT epoch FROM lease WHERE name = ? AND instance_id = ?", Name, Instance) != Epoch)
            throw new LeaseLostException(this);
    }

    /// <summary>Gives it up in the transaction; false when it was lost.</summary>
    public bool Release(Connection connection) => connection.Run(
        "UPDATE lease SET instance_id = NULL WHERE name = ? AND instance_id = ? AND epoch = ?", Name, Instance, Epoch) > 0;
}

/// <summary>Another process has taken over: whatever was to be written is not, and the work is to end at once.</summary>
internal sealed class LeaseLostException(Lease lease)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"{lease.Name} (epoch {lease.Epoch}) is held by another process now."));
