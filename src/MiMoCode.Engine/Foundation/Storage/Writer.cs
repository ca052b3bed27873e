using System.Collections.Concurrent;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// One writes at a time. Whoever brings a job while nobody writes does it there and then, without a change of threads; what comes
/// meanwhile goes into the next transaction. When one fails, each of its jobs gets a transaction of its own, so that only the guilty
/// one hears of it.
/// </summary>
internal sealed class Writer(Connection connection, WalSync sync, FailPoints? failPoints) : IThreadPoolWorkItem, IAsyncDisposable
{
    private const int MostAtOnce = 256;
    private readonly ConcurrentQueue<WriteJob> waiting = new();
    private readonly List<WriteJob> batch = [];
    private Durability set = Durability.OnDisk;
    private int writing;
    private volatile bool closed;

    /// <summary>The job is done in its turn; it is done already on return when nobody was in front of it.</summary>
    public void Add(WriteJob job)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        Enqueue(job);
    }

    /// <summary>Finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closed)
            return;
        closed = true;
        var last = new WriteJob<bool>(_ => true, null, Durability.Committed, CancellationToken.None);
        Enqueue(last);
        await last.Done;
    }

    /// <summary>Writes what waits, and leaves what has come meanwhile to a thread that has nothing else to do.</summary>
    void IThreadPoolWorkItem.Execute() => WriteBatch();

    private void Enqueue(WriteJob job)
    {
        waiting.Enqueue(job);
        if (Interlocked.Exchange(ref writing, 1) != 0)
            return;
        if (job.Durability is Durability.OnDisk)
            Hand();
        else
            WriteBatch();
    }

    // Waiting for a disk takes long, and so may the jobs of others: neither is to hold up whoever brought a quick one.
    private void Hand() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private void WriteBatch()
    {
        while (batch.Count < MostAtOnce && waiting.TryDequeue(out var job))
        {
            if (!job.IsWithdrawn)
                batch.Add(job);
        }

        var isAlone = batch.Count == 1;
        if (batch.Count > 0 && !TryCommit(batch, tellFailure: isAlone) && !isAlone)
            batch.ForEach(job => TryCommit([job], tellFailure: true));
        batch.Clear();

        // In this order: whoever comes after the look finds the place free and writes for himself.
        Interlocked.Exchange(ref writing, 0);
        if (!waiting.IsEmpty && Interlocked.Exchange(ref writing, 1) == 0)
            Hand();
    }

    private bool TryCommit(List<WriteJob> jobs, bool tellFailure)
    {
        try
        {
            var durability = jobs.Max(job => job.Durability);
            Synchronise(durability);
            connection.Run("BEGIN IMMEDIATE");
            foreach (var job in jobs)
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
                jobs[0].Fail(error);
            return false;
        }

        jobs.ForEach(job => job.Complete());
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
