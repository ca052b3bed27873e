namespace MiMoCode.Engine.Foundation;

/// <summary>
/// A periodic timer that ends when it is cancelled, and does not throw: the trace of such an exception costs the native program
/// 20 ms, on its way out.
/// </summary>
internal sealed class Ticks : IDisposable
{
    private readonly PeriodicTimer timer;
    private readonly CancellationTokenRegistration ending;

    public Ticks(TimeSpan every, TimeProvider clock, CancellationToken cancellationToken)
    {
        timer = new PeriodicTimer(every, clock);
        ending = cancellationToken.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
    }

    /// <summary>Waits for the next tick; false when there will be none.</summary>
    public ValueTask<bool> NextAsync() => timer.WaitForNextTickAsync(CancellationToken.None);

    public void Dispose()
    {
        ending.Dispose();
        timer.Dispose();
    }
}
