namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// Keeps the leases of this process alive in the eyes of processes in other containers, which cannot see whether it lives: however
/// long a turn takes, its session is not taken over.
/// </summary>
internal sealed class Heartbeat(Leases leases, BackgroundTasks background, TimeProvider clock)
{
    /// <summary>A third of the silence after which a process is taken to be dead.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    /// <summary>Beats in the background until the program ends.</summary>
    public void Start() => background.TryStartIdle("heartbeat", RunAsync);

    /// <summary>Beats until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ticks = new Ticks(Every, clock, cancellationToken);
        while (await ticks.NextAsync())
            await leases.BeatAsync(cancellationToken);
    }
}
