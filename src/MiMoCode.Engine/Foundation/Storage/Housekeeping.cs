using System.Globalization;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Work for the time when a session is idle: the search index is brought up to date, and once in a while old events and contents that
/// nothing speaks of are forgotten. It ends at once when the program does, and goes on the next time.
/// </summary>
internal sealed class Housekeeping(Database database, HistoryIndex index, Leases leases, BackgroundTasks background)
{
    private const string Name = "housekeeping";
    private static readonly TimeSpan Rarely = TimeSpan.FromHours(6);

    /// <summary>Does in the background what is due now, unless that is being done.</summary>
    public void Start() => background.TryStartIdle(Name, RunAsync);

    /// <summary>Does what is due now.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await index.DrainAsync(cancellationToken);
        var now = database.Clock.GetUtcNow();
        if (now - Last() < Rarely || await leases.TryAcquireAsync(Name, cancellationToken) is not { } lease)
            return;
        try
        {
            await new EventLog(database).TrimAsync(cancellationToken);
            await new BlobSweep(database).RunAsync(cancellationToken);
            await database.WriteAsync(
                connection => connection.Run(
                    "INSERT INTO meta (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                    Name, now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
                Durability.Committed, cancellationToken);
        }
        finally
        {
            await leases.ReleaseAsync(lease);
        }
    }

    private DateTimeOffset Last() => DateTimeOffset.FromUnixTimeMilliseconds(
        database.Read(connection => connection.Number("SELECT CAST(v AS INTEGER) FROM meta WHERE k = ?", Name)) ?? 0);
}
