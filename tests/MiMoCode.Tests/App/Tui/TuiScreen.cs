using System.Threading.Channels;
using MiMoCode.App.Tui;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Protocol.Events;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;
using MiMoCode.TestKit;
using MiMoCode.TestKit.Terminal;

namespace MiMoCode.Tests.App.Tui;

/// <summary>The interface on an emulated terminal: events and keys in, screens out. Every step is over when its call returns.</summary>
internal sealed class TuiScreen : IAsyncDisposable
{
    private readonly Channel<UiMessage> messages = Channel.CreateUnbounded<UiMessage>();
    private readonly Display display;

    public TuiScreen(int width = 80, int height = 24, QuietClient? client = null, TuiOptions? options = null, TuiSettings? settings = null, string? history = null, string? shows = null, Task<Opened>? opened = null)
    {
        Client = client ?? new QuietClient();
        Terminal = new EmulatedTerminal(width, height);
        display = new Display(
            opened ?? Task.FromResult(new Opened(Client, shows)), Terminal, new TerminalTraits(ColorDepth.TrueColor), new TuiSurroundings(settings ?? new TuiSettings(), new Themes(), history, Clock),
            (options ?? new TuiOptions { Version = "1.2.3" }) with { GoesOn = shows is not null }, Take);
        display.Begin();
        Terminal.Answer();
    }

    public QuietClient Client { get; }

    public EmulatedTerminal Terminal { get; }

    public ManualClock Clock { get; } = new();

    public int? ExitCode => display.ExitCode;

    /// <summary>What is seen.</summary>
    public string Text => Terminal.Screen.Text;

    /// <summary>Handles what waits, and what the engine answers, until nothing is under way; then draws.</summary>
    public async Task<TuiScreen> SettleAsync()
    {
        while (true)
        {
            var idle = display.Requests.IdleAsync();
            if (!messages.Reader.TryRead(out var message))
            {
                if (idle.IsCompleted && messages.Reader.Count == 0) { break; }
                // A question under way may itself wait for a message to be handled.
                await Task.WhenAny(idle, messages.Reader.WaitToReadAsync().AsTask());
                continue;
            }
            display.Handle(message);
            if (messages.Reader.Count > 0) { continue; }
            display.Draw();
        }
        display.Draw();
        return this;
    }

    /// <summary>Handles what has come so far, whatever is still under way, and draws.</summary>
    public void Step()
    {
        while (messages.Reader.TryRead(out var message)) { display.Handle(message); }
        display.Draw();
    }

    /// <summary>Presses keys while the engine is not there yet.</summary>
    public void PressNow(params string[] keys)
    {
        foreach (var key in keys)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(60));
            Assert.True(KeyPress.TryParse(key, out var press), key);
            Take(new Typed([new KeyInput(press)]));
            Step();
        }
    }

    /// <summary>Bytes that drawing the same picture once more allocates.</summary>
    public long AllocatedByFrame()
    {
        display.Draw();
        var before = GC.GetAllocatedBytesForCurrentThread();
        display.Draw();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Presses keys one after the other, slower than a paste: names as in key tables, or single letters.</summary>
    public async Task PressAsync(params string[] keys)
    {
        foreach (var key in keys)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(60));
            Assert.True(KeyPress.TryParse(key, out var press), key);
            Take(new Typed([new KeyInput(press)]));
            await SettleAsync();
        }
    }

    /// <summary>Types a text.</summary>
    public Task TypeAsync(string text) => PressAsync([.. text.EnumerateRunes().Select(rune => rune.Value == ' ' ? "space" : rune.ToString())]);

    public Task PasteAsync(string text)
    {
        Take(new Typed([new PasteInput(text)]));
        return SettleAsync();
    }

    public Task MouseAsync(MouseAct act, int x, int y)
    {
        Take(new Typed([new MouseInput(act, MouseButton.Left, new Position(x, y), KeyModifiers.None)]));
        return SettleAsync();
    }

    public async Task TellAsync(params Event[] events)
    {
        foreach (var told in events) { Take(new Told(told)); }
        await SettleAsync();
    }

    public Task ResizeAsync(int width, int height)
    {
        Terminal.Resize(width, height);
        Clock.Advance(TimeSpan.FromMilliseconds(20));
        return SettleAsync();
    }

    public Task AfterAsync(TimeSpan time)
    {
        Clock.Advance(time);
        return SettleAsync();
    }

    public ValueTask DisposeAsync() => display.DisposeAsync();

    private void Take(UiMessage message) => messages.Writer.TryWrite(message);
}
