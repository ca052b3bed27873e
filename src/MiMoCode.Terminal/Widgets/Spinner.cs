namespace MiMoCode.Terminal.Widgets;

/// <summary>
/// The sign that something goes on. It turns eight times a second while it is wanted, seen and something still happens; otherwise
/// it stands still and no timer runs.
/// </summary>
public sealed class Spinner : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(125);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧"];

    private readonly TimeProvider time;
    private readonly Action redraw;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private bool wanted;
    private bool visible = true;
    private bool running;
    private long lastSign;
    private int frame;

    /// <summary>A spinner that stands still.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="redraw">Called, from any thread, when it turned.</param>
    public Spinner(TimeProvider time, Action redraw)
    {
        (this.time, this.redraw) = (time, redraw);
        timer = time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What to draw: one column.</summary>
    public string Glyph => Frames[Volatile.Read(ref frame) % Frames.Length];

    /// <summary>Turns from now on; also the sign that something happened.</summary>
    public void Start() => Change(want: true, see: visible, sign: true);

    /// <summary>Stands still.</summary>
    public void Stop() => Change(want: false, see: visible, sign: false);

    /// <summary>Whether anyone can see it: false while the window has no focus or it is scrolled away.</summary>
    public void Seen(bool seen) => Change(wanted, seen, sign: false);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Change(bool want, bool see, bool sign)
    {
        lock (gate)
        {
            (wanted, visible) = (want, see);
            if (sign) lastSign = time.GetTimestamp();
            var run = wanted && visible && time.GetElapsedTime(lastSign) < Patience;
            if (run == running) return;
            running = run;
            timer.Change(run ? Step : Timeout.InfiniteTimeSpan, run ? Step : Timeout.InfiniteTimeSpan);
        }
    }

    private void Turn()
    {
        Change(wanted, visible, sign: false);
        if (!running) return;
        Interlocked.Increment(ref frame);
        redraw();
    }
}
