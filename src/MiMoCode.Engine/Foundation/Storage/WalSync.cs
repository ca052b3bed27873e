namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Brings commits to the disk in groups, beside the writer: at most 250 ms after the first that waits. The same round moves a
/// long write-ahead log into the database, so that no commit has to.
/// </summary>
internal sealed class WalSync : IAsyncDisposable
{
    private const long LongLog = 4 << 20, EndlessLog = 64 << 20;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);
    private readonly string path;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private bool pending;

    public WalSync(string path, TimeProvider clock)
    {
        this.path = path;
        timer = clock.CreateTimer(_ => SyncQuietly(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Rounds that reached the disk so far; for tests and measurements.</summary>
    public int Rounds { get; private set; }

    /// <summary>There is something to sync. The clock runs only while there is.</summary>
    public void Request()
    {
        lock (gate)
        {
            if (pending)
                return;
            pending = true;
        }

        timer.Change(Delay, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        SyncQuietly();
    }

    private void SyncQuietly()
    {
        lock (gate)
        {
            if (!pending)
                return;
            pending = false;
        }

        try
        {
            Sync();
            Rounds++;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or Protocol.UserException)
        {
            // Whoever writes next hears of a failing disk from the database itself.
        }
    }

    private void Sync()
    {
        var log = path + "-wal";
        if (!File.Exists(log))
            return;

        // The log, unlike the database file, carries no locks that closing it would drop.
        long length;
        using (var file = File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            RandomAccess.FlushToDisk(file);
            length = RandomAccess.GetLength(file);
        }

        if (length < LongLog)
            return;
        using var connection = Connection.Open(path, readOnly: false);

        if (length < EndlessLog)
        {
            connection.Run("PRAGMA wal_checkpoint(PASSIVE)");
            return;
        }

        // Beside a writer that never pauses the gentle way never comes to the end of the log, which would then grow for ever. This one
        // makes writers wait for readers, though not for long.
        connection.Script("PRAGMA busy_timeout = 200; PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
