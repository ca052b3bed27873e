namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>A piece of work for the writer, and the one who waits for it.</summary>
internal abstract class WriteJob(Durability durability, CancellationToken cancellationToken)
{
    public Durability Durability { get; } = durability;

    /// <summary>True when nobody wants it any more; it has been told so then.</summary>
    public bool IsWithdrawn => cancellationToken.IsCancellationRequested && Withdraw(cancellationToken);

    /// <summary>Does the work inside the writer's transaction; once more when others in the same transaction failed.</summary>
    public abstract void Run(Connection connection);

    /// <summary>The work is durable.</summary>
    public abstract void Complete();

    /// <summary>The work left nothing behind.</summary>
    public abstract void Fail(Exception error);

    protected abstract bool Withdraw(CancellationToken cancellationToken);
}

/// <summary>A piece of work with a result.</summary>
internal sealed class WriteJob<T>(
    Func<Connection, T> work, Action<T>? committed, Durability durability, CancellationToken cancellationToken)
    : WriteJob(durability, cancellationToken)
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Done => done.Task;

    public override void Run(Connection connection) => result = work(connection);

    public override void Complete()
    {
        try
        {
            committed?.Invoke(result);
            done.SetResult(result);
        }
        catch (Exception bug)
        {
            // It is whoever waits who hears of the bug; the writer goes on.
            done.SetException(bug);
        }
    }

    public override void Fail(Exception error) => _ = done.TrySetException(error);

    protected override bool Withdraw(CancellationToken cancellationToken) => done.TrySetCanceled(cancellationToken);
}
