namespace MiMoCode.EndToEnd;

/// <summary>Waits for what another process does and nobody tells: looks again and again, and gives up loudly.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(MimoProcess.Patience);
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            if (!await ticks.WaitForNextTickAsync(CancellationToken.None) || patience.IsCancellationRequested) { throw new TimeoutException($"waited for: {what}"); }
        }
    }
}
