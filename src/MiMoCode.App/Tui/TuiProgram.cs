using MiMoCode.Protocol;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.App.Tui;

/// <summary>The interface as a running program: keys, events and answers come to one loop, which draws.</summary>
internal sealed class TuiProgram : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<Opened>> open;
    private readonly TaskCompletionSource<Opened> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly UiLoop<UiMessage> loop;
    private readonly Display display;
    private readonly CancellationTokenSource ended = new();

    /// <param name="open">Opens the engine. When it cannot, the program gives the terminal back and fails as it did.</param>
    /// <param name="terminal">The device.</param>
    /// <param name="traits">What it can.</param>
    /// <param name="around">What the program round it gives.</param>
    /// <param name="options">What the command line asks for.</param>
    public TuiProgram(
        Func<CancellationToken, Task<Opened>> open, ITerminal terminal, TerminalTraits traits, TuiSurroundings around, TuiOptions options)
    {
        this.open = open;
        loop = new UiLoop<UiMessage>(Handle, () => display!.Draw(), around.Clock);
        display = new Display(opened.Task, terminal, traits, around, options, message => loop.Post(message));
    }

    /// <summary>The session that was shown last, for the words of farewell.</summary>
    public (string Id, string Title)? LastSession => display.LastSession;

    /// <summary>Runs until the person leaves; the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        display.Begin();
        // It draws its first picture before it waits for anything; only then the engine is opened, so that the picture is not late.
        var showing = loop.RunAsync(cancellationToken);
        var working = WorkAsync();
        try
        {
            await showing;
        }
        finally
        {
            display.Session.Leave();
            await ended.CancelAsync();
            await working;
        }

        return display.ExitCode ?? 0;
    }

    public async ValueTask DisposeAsync()
    {
        await display.DisposeAsync();
        ended.Dispose();
    }

    private Redraw Handle(UiMessage message)
    {
        var redraw = display.Handle(message);
        if (display.ExitCode is not null)
            loop.Stop();
        return redraw;
    }

    private async Task WorkAsync()
    {
        // Much of opening never waits.
        await Task.Yield();
        try
        {
            var found = await open(ended.Token);
            var hearing = HearAsync(found.Client);
            // From here on nothing that happens is missed, so that questions may be asked.
            opened.SetResult(found);
            await hearing;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The program ends.
        }
        finally
        {
            opened.TrySetCanceled(CancellationToken.None);
            loop.Stop();
        }
    }

    /// <summary>Hears what happens; a listener that was too slow reads anew what it missed and listens again.</summary>
    private async Task HearAsync(IMimoClient client)
    {
        var events = client.EventsAsync(ended.Token);
        while (!ended.IsCancellationRequested)
        {
            await foreach (var told in events)
                loop.Post(new Told(told.Event));
            events = client.EventsAsync(ended.Token);
            loop.Post(new Found(display.Reread));
        }
    }
}
