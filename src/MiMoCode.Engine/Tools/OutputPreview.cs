using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Engine.Tools;

/// <summary>
/// Shows people the end of an output while it grows: the first piece at once, later ones at most every tenth of a second, and
/// always the last one. Shows nothing any more once it is disposed: what comes later belongs to a call that has ended.
/// </summary>
internal sealed class OutputPreview : IDisposable
{
    private const int Bytes = 30_000;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private readonly Lock gate = new();
    private readonly Action<string> show;
    private readonly ITimer timer;
    private OutputCapture? unseen;
    private bool resting, closed;

    /// <param name="show">Is called from any thread, never twice at once, with the last 30,000 bytes.</param>
    /// <param name="clock">The time.</param>
    public OutputPreview(Action<string> show, TimeProvider clock)
    {
        this.show = show;
        timer = clock.CreateTimer(_ => ShowRest(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The end of an output, as long as a preview of it.</summary>
    public static string Of(OutputCapture output) => output.Tail(Bytes);

    /// <summary>Says that an output has grown.</summary>
    public void Grown(OutputCapture output)
    {
        lock (gate)
        {
            unseen = output;
            if (!resting)
                ShowUnseen();
        }
    }

    public void Dispose()
    {
        lock (gate)
            closed = true;
        timer.Dispose();
    }

    private void ShowRest()
    {
        lock (gate)
        {
            resting = false;
            if (unseen is not null)
                ShowUnseen();
        }
    }

    private void ShowUnseen()
    {
        if (closed || unseen is not { } output)
            return;
        (unseen, resting) = (null, true);
        timer.Change(Between, Timeout.InfiniteTimeSpan);
        show(Of(output));
    }
}
