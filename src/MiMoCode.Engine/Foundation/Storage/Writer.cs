using System.Threading.Channels;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// The one task that writes. Whatever waits when it comes round goes into one transaction; when that fails, each job gets a
/// transaction of its own, so that only the guilty one hears of it.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int MostWaiting = 256;
    private readonly Connection connection;
    private readonly WalSync sync;
    private readonly FailPoints? failPoints;
    private readonly Channel<WriteJob> queue = Channel.CreateBounded<WriteJob>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Task running;
    private Durability set = Durability.OnDisk;

    public Writer(Connection connection, WalSync sync, FailPoints? failPoints)
    {
        (this.connection, this.sync, this.failPoints) = (connection, sync, failPoints);
        running = RunAsync();
    }

    /// <summary>Waits only while too many jobs are in front.</summary>
    public ValueTask AddAsync(WriteJob job, CancellationToken cancellationToken) => queue.Writer.WriteAsync(job, cancellationToken);

    /// <summary>Finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await running;
    }

    private async Task RunAsync()
    {
        var batch = new List<WriteJob>();
        while (await queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MostWaiting && queue.Reader.TryRead(out var job))
            {
                if (!job.IsWithdrawn)
                    batch.Add(job);
            }

            var isAlone = batch.Count == 1;
            if (batch.Count > 0 && !TryCommit(batch, tellFailure: isAlone) && !isAlone)
                batch.ForEach(job => TryCommit([job], tellFailure: true));
        }
    }

    private bool TryCommit(List<WriteJob> batch, bool tellFailure)
    {
        try
        {
            var durability = batch.Max(job => job.Durability);
            Synchronise(durability);
            connection.Run("BEGIN IMMEDIATE");
            foreach (var job in batch)
                job.Run(connection);
            failPoints?.Pass("commit.before");
            connection.Run("COMMIT");
            failPoints?.Pass("commit.after");
            if (durability is Durability.Committed)
                sync.Request();
        }
        catch (Exception error)
        {
            // A full disk ends the transaction by itself; anything else is undone here. Whoever waits gets the error.
            RollBack();
            if (tellFailure)
                batch[0].Fail(error);
            return false;
        }

        batch.ForEach(job => job.Complete());
        return true;
    }

    // The setting belongs to the connection, and a FULL commit also syncs the NORMAL ones before it.
    private void Synchronise(Durability durability)
    {
        if (set == durability)
            return;
        connection.Run(durability is Durability.OnDisk ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
        set = durability;
    }

    private void RollBack()
    {
        try
        {
            if (!connection.IsIdle)
                connection.Run("ROLLBACK");
        }
        catch (Exception)
        {
            // The first error says more; the next BEGIN fails with its own when the connection is beyond repair.
        }
    }
}
