using MiMoCode.TestKit;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.Tests.Terminal.Tty;

public sealed class UiLoopTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Messages_that_wait_together_make_one_frame()
    {
        var frames = 0;
        var loop = new UiLoop<Redraw>(need => need, () => frames++, clock);
        for (var i = 0; i < 10; i++) loop.Post(Redraw.Now);
        loop.Stop();
        await loop.RunAsync(CancellationToken.None);
        Assert.Equal(1, frames);
    }

    [Fact]
    public async Task Streaming_is_drawn_thirty_times_a_second_and_then_nothing_waits()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var frames = 0;
        var loop = new UiLoop<Redraw>(need => need, () => frames++, clock);
        var running = loop.RunAsync(limit.Token);
        Assert.Equal(1, frames);   // the first picture
        for (var i = 0; i < 3; i++)
        {
            loop.Post(Redraw.Soon);
            await clock.UntilWaitingAsync(1, limit.Token);
            Assert.Equal(1 + i, Volatile.Read(ref frames));
            clock.Advance(TimeSpan.FromMilliseconds(33));
            while (Volatile.Read(ref frames) < 2 + i) await Task.Yield();
        }

        while (clock.Waiting > 0) await Task.Yield();
        loop.Stop();
        await running;
        Assert.Equal(4, frames);
    }

    [Fact]
    public async Task A_slow_terminal_gets_fewer_frames_and_the_newest_picture()
    {
        var handled = 0;
        var shown = new List<int>();
        UiLoop<int>? loop = null;
        loop = new UiLoop<int>(n => { handled = n; return Redraw.Now; }, Draw, clock);
        loop.Post(1);
        await loop.RunAsync(CancellationToken.None);
        Assert.Equal([1, 100], shown);

        void Draw()
        {
            shown.Add(handled);
            if (shown.Count > 1) return;
            for (var i = 2; i <= 100; i++) loop!.Post(i);   // all this happens while the first frame is being sent
            loop!.Stop();
        }
    }
}
