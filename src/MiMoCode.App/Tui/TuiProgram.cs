using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui;

/// <summary>The interface as a running program: a terminal, an engine, and one place where both meet.</summary>
internal sealed class TuiProgram : IAsyncDisposable
{
    private readonly IMimoClient client;
    private readonly TuiOptions options;
    private readonly TerminalSession session;
    private readonly FrameBuffer frames;
    private readonly UiLoop<UiMessage> loop;
    private readonly Requests requests;
    private readonly Conversation conversation;
    private readonly Toast toast;
    private readonly Spinner spinner;
    private readonly Ui ui;
    private readonly Painter painter;
    private readonly CancellationTokenSource ended = new();
    private int exitCode;

    public TuiProgram(IMimoClient client, ITerminal terminal, TerminalTraits traits, TuiSurroundings around, TuiOptions options)
    {
        (this.client, this.options) = (client, options);
        var (settings, clock) = (around.Settings, around.Clock);
        loop = new UiLoop<UiMessage>(Handle, Draw, clock);
        session = new TerminalSession(terminal, new TerminalWishes(Mouse: settings.Mouse), clock, inputs => loop.Post(new Typed(inputs)));
        frames = new FrameBuffer(terminal.Size, traits.Colors);
        toast = new Toast(clock, () => loop.Post(new Ticked()));
        spinner = new Spinner(clock, () => loop.Post(new Ticked()));
        requests = new Requests(change => loop.Post(new Found(change)), text => toast.Show(text, isError: true));
        conversation = new Conversation(client, requests, clock);
        var device = new Device(session, frames, traits) { Editor = around.Editor is { } editor ? (text, stop) => EditAsync(editor, text, stop) : null };
        ui = new Ui(conversation, settings, around.Themes, device, around.HistoryFile, clock, toast, spinner);
        painter = new Painter(ui, clock, options.Version);
    }

    /// <summary>Runs until the person leaves; the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        session.Enter();
        var hearing = HearAsync();
        Begin();
        try
        {
            await loop.RunAsync(cancellationToken);
        }
        finally
        {
            session.Leave();
            await ended.CancelAsync();
            await hearing;
        }

        return exitCode;
    }

    /// <summary>The session that was shown last, for the words of farewell.</summary>
    public (string Id, string Title)? LastSession => conversation.State.Session is { } last ? (last.Id, last.Title) : null;

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await requests.DisposeAsync();
        toast.Dispose();
        spinner.Dispose();
        ended.Dispose();
    }

    private void Begin()
    {
        conversation.LoadCatalogue(options.Model, options.Agent);
        if (options.SessionId is { } id && options.Fork)
            conversation.Fork(id);
        else if (options.SessionId is { } shown)
            conversation.Open(shown);
        if (options.Prompt is { Length: > 0 } prompt)
            conversation.WhenReady(() => ui.Send(prompt, Delivery.WhenIdle));
        foreach (var notice in ui.Settings.Notices)
            toast.Show(notice, isError: true);
    }

    /// <summary>Hears what happens; a listener that was cut off reads anew what it missed and listens again.</summary>
    private async Task HearAsync()
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                await foreach (var told in client.EventsAsync(ended.Token))
                    loop.Post(new Told(told.Event));
                loop.Post(new Found(conversation.Reopen));
            }
        }
        catch (OperationCanceledException)
        {
            // The program ends.
        }
    }

    private Redraw Handle(UiMessage message)
    {
        var redraw = Redraw.Now;
        switch (message)
        {
            case Typed typed:
                foreach (var input in typed.Inputs)
                    Handle(input);
                break;
            case Told told:
                conversation.Hear(told.Event);
                redraw = Redraw.Soon;
                break;
            case Found found:
                found.Change();
                break;
            case Ticked:
                toast.Expire();
                redraw = Redraw.Soon;
                break;
        }

        ui.Follow();
        if (ui.Ending)
            loop.Stop();
        return redraw;
    }

    private void Handle(TerminalInput input)
    {
        switch (input)
        {
            case ResizeInput resize: frames.Resize(resize.Size); break;
            case ResumeInput: frames.Invalidate(); break;
            case EndInput end:
                exitCode = end.Signal == 0 ? 0 : 128 + end.Signal;
                ui.Quit();
                break;
            default: ui.Handle(input); break;
        }
    }

    private void Draw()
    {
        frames.Synchronized = session.Synchronized;
        var caret = painter.Draw(frames.Begin());
        session.Write(frames.End(caret).Span);
        if (ui.Settings.Title)
            ui.Device.Title(TitleOf(conversation.State.Session?.Title));
    }

    private static string TitleOf(string? title) =>
        title is null || title.StartsWith("New session - ", StringComparison.Ordinal) ? "MiMoCode" : $"MC | {(title.Length > 40 ? title[..40] : title)}";

    private async Task<string?> EditAsync(Func<string, CancellationToken, Task<string?>> editor, string text, CancellationToken cancellationToken)
    {
        session.Leave();
        try
        {
            return await editor(text, cancellationToken);
        }
        finally
        {
            session.Enter();
        }
    }
}

/// <summary>What the interface is given by the program round it.</summary>
/// <param name="Settings">What the files and the environment say.</param>
/// <param name="Themes">The themes there are.</param>
/// <param name="HistoryFile">Where prompts are remembered; null for nowhere.</param>
/// <param name="Clock">The time.</param>
internal sealed record TuiSurroundings(TuiSettings Settings, Themes Themes, string? HistoryFile, TimeProvider Clock)
{
    /// <summary>Edits a text with a program of the person's; null when none is set.</summary>
    public Func<string, CancellationToken, Task<string?>>? Editor { get; init; }
}
