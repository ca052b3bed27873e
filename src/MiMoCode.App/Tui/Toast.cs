namespace MiMoCode.App.Tui;

/// <summary>A note above the prompt that goes away by itself. A new one takes the place of the old.</summary>
internal sealed class Toast(TimeProvider clock, Action changed) : IDisposable
{
    private static readonly TimeSpan Stays = TimeSpan.FromSeconds(5);

    private ITimer? timer;
    private long shownAt;

    /// <summary>What is shown; null for nothing.</summary>
    public string? Text { get; private set; }

    /// <summary>It tells of something that went wrong.</summary>
    public bool IsError { get; private set; }

    public void Show(string text, bool isError = false)
    {
        (Text, IsError) = (text, isError);
        timer?.Dispose();
        timer = clock.CreateTimer(_ => changed(), null, Stays, Timeout.InfiniteTimeSpan);
        shownAt = clock.GetTimestamp();
    }

    /// <summary>Takes it away when it stood long enough; true when it did.</summary>
    public bool Expire()
    {
        if (Text is null || clock.GetElapsedTime(shownAt) < Stays)
            return false;
        Text = null;
        return true;
    }

    public void Dispose() => timer?.Dispose();
}
