using MiMoCode.Protocol;
using MiMoCode.Terminal.Tty;

namespace MiMoCode.App.Tui;

/// <summary>The interface as a running program: keys, events and answers come to one loop, which draws.</summary>
internal sealed class TuiProgram : IAsyncDisposable
{
    private readonly IMimoClient client;
    private readonly UiLoop<UiMessage> loop;
    private readonly Display display;
    private readonly CancellationTokenSource ended = new();

    public TuiProgram(IMimoClient client, ITerminal terminal, TerminalTraits traits, TuiSurroundings around, TuiOptions options)
    {
        this.client = client;
        loop = new UiLoop<UiMessage>(Handle, () => display!.Draw(), around.Clock);
        display = new Display(client, terminal, traits, around, options, message => loop.Post(message));
    }

    /// <summary>The session that was shown last, for the words of farewell.</summary>
    public (string Id, string Title)? LastSession => display.LastSession;

    /// <summary>Runs until the person leaves; the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var hearing = HearAsync(client.EventsAsync(ended.Token));
        try
        {
            display.Begin();
            await loop.RunAsync(cancellationToken);
        }
        finally
        {
            display.Session.Leave();
            await ended.CancelAsync();
            await hearing;
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

    /// <summary>Hears what happens; a listener that was too slow reads anew what it missed and listens again.</summary>
    private async Task HearAsync(IAsyncEnumerable<NumberedEvent> events)
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                await foreach (var told in events)
                    loop.Post(new Told(told.Event));
                events = client.EventsAsync(ended.Token);
                loop.Post(new Found(display.Reread));
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }
}
