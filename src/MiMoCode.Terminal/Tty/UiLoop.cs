using System.Threading.Channels;

namespace MiMoCode.Terminal.Tty;

/// <summary>Whether something that happened changes the picture, and how soon that must be seen.</summary>
public enum Redraw
{
    /// <summary>Not at all.</summary>
    No,

    /// <summary>With the next frame of a steady 30 a second: streaming text, counters.</summary>
    Soon,

    /// <summary>At once: the answer to a key.</summary>
    Now,
}

/// <summary>
/// The one place where a user interface changes and is drawn. Messages are handled one after the other; a frame is drawn when they
/// asked for it and all that wait are handled. While a frame is being sent, messages gather and the next frame shows them all: a
/// slow terminal gets fewer frames, never a queue of them. With nothing to do there is no timer.
/// </summary>
/// <typeparam name="TMessage">What can happen: keys, events.</typeparam>
/// <param name="handle">Changes the state; says whether to redraw.</param>
/// <param name="draw">Draws and sends a frame; returns when it is sent.</param>
/// <param name="time">The clock.</param>
public sealed class UiLoop<TMessage>(Func<TMessage, Redraw> handle, Action draw, TimeProvider time)
{
    private static readonly TimeSpan FrameSpacing = TimeSpan.FromMilliseconds(33);

    private readonly Channel<TMessage> messages = Channel.CreateUnbounded<TMessage>(new UnboundedChannelOptions { SingleReader = true });
    private Redraw wanted = Redraw.Now;
    private long? lastFrame;

    /// <summary>Hands over a message; from any thread, never waits.</summary>
    public void Post(TMessage message) => messages.Writer.TryWrite(message);

    /// <summary>No more messages are taken; the loop ends when all are handled.</summary>
    public void Stop() => messages.Writer.TryComplete();

    /// <summary>Runs until stopped or cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        do
        {
            while (messages.Reader.TryRead(out var message))
            {
                var need = handle(message);
                if (need > wanted) wanted = need;
            }

            if (UntilFrame() == TimeSpan.Zero)
            {
                wanted = Redraw.No;
                lastFrame = time.GetTimestamp();
                draw();
            }
        }
        while (await MoreAsync(cancellationToken));
    }

    // Zero when a frame is due, null when none is wanted.
    private TimeSpan? UntilFrame()
    {
        if (wanted == Redraw.No) return null;
        if (wanted == Redraw.Now || lastFrame is not { } last) return TimeSpan.Zero;
        var rest = FrameSpacing - time.GetElapsedTime(last);
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    // Waits for a message or for the time of the next frame; false when the loop is to end.
    private async ValueTask<bool> MoreAsync(CancellationToken cancellationToken)
    {
        var message = messages.Reader.WaitToReadAsync(cancellationToken).AsTask();
        if (UntilFrame() is not { } delay) return await message;

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var frame = Task.Delay(delay, time, patience.Token);
        var first = await Task.WhenAny(message, frame);
        await patience.CancelAsync();
        if (first == frame) cancellationToken.ThrowIfCancellationRequested();
        return first == frame || await message;
    }
}
