using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Settings;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Tty;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui;

/// <summary>
/// The interface on a terminal: takes one message after the other and draws frames. It has no thread and no loop of its own, so that
/// whoever drives it decides about time.
/// </summary>
internal sealed class Display : IAsyncDisposable
{
    private readonly Task<Opened> opened;
    private readonly TuiOptions options;
    private readonly FrameBuffer frames;
    private readonly Conversation conversation;
    private readonly Toast toast;
    private readonly Spinner spinner;
    private readonly Ui ui;
    private readonly Painter painter;

    /// <summary>Puts the parts together; nothing is sent or asked before <see cref="Begin"/>.</summary>
    /// <param name="opened">The engine, once it is there: the first picture does without.</param>
    /// <param name="terminal">The device.</param>
    /// <param name="traits">What it can.</param>
    /// <param name="around">What the program round it gives.</param>
    /// <param name="options">What the command line asks for.</param>
    /// <param name="post">Takes messages, from any thread, that are to come back to <see cref="Handle(UiMessage)"/>.</param>
    public Display(
        Task<Opened> opened, ITerminal terminal, TerminalTraits traits, TuiSurroundings around, TuiOptions options, Action<UiMessage> post)
    {
        (this.opened, this.options) = (opened, options);
        var (settings, clock) = (around.Settings, around.Clock);
        Session = new TerminalSession(terminal, new TerminalWishes(settings.AlternateScreen, settings.Mouse), clock, inputs => post(new Typed(inputs)), around.Watch);
        frames = new FrameBuffer(terminal.Size, traits.Colors);
        toast = new Toast(clock, () => post(new Ticked()));
        spinner = new Spinner(clock, () => post(new Ticked()));
        Requests = new Requests(opened, change => post(new Found(change)), text => toast.Show(text, isError: true));
        conversation = new Conversation(Requests, clock);
        var device = new Device(Session, frames, traits) { Editor = around.Editor is { } editor ? (text, stop) => EditAsync(editor, text, stop) : null };
        ui = new Ui(conversation, around, device, toast, spinner, () => post(new Ticked()));
        painter = new Painter(ui, clock, options);
    }

    public TerminalSession Session { get; }

    /// <summary>What is asked of the engine just now.</summary>
    public Requests Requests { get; }

    /// <summary>Set when the program is to end, and how.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>The session that was shown last, for the words of farewell.</summary>
    public (string Id, string Title)? LastSession => conversation.State.Session is { } last ? (last.Id, last.Title) : null;

    /// <summary>Takes the terminal and asks for what the command line named.</summary>
    public void Begin()
    {
        Session.Enter();
        conversation.LoadCatalogue(options.Model, options.Agent);
        if (options.GoesOn)
            conversation.OpenFirst(opened, options.Fork);
        if (options.Prompt is { Length: > 0 } prompt)
            conversation.WhenReady(() => ui.Send(prompt, Delivery.WhenIdle));
        if (options.Notice is { } words)
            toast.Show(words);
        if (ui.Settings.Notices is [var notice, ..])
            toast.Show(notice, isError: true);
    }

    /// <summary>Events were missed: the session is read anew.</summary>
    public void Reread() => conversation.Reopen();

    /// <summary>Something happened; how soon it must be seen.</summary>
    public Redraw Handle(UiMessage message)
    {
        var redraw = Redraw.Now;
        switch (message)
        {
            case Typed typed:
                for (var index = 0; index < typed.Inputs.Count; index++)
                    Handle(typed.Inputs[index], moreFollows: index + 1 < typed.Inputs.Count);
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
            ExitCode ??= 0;
        return redraw;
    }

    /// <summary>Draws a frame and sends what changed.</summary>
    public void Draw()
    {
        frames.Synchronized = Session.Synchronized;
        var caret = painter.Draw(frames.Begin());
        Session.Write(frames.End(caret).Span);
        ui.Attend();
        if (ui.Settings.Title)
            ui.Device.Title(TitleOf(conversation.State.Session?.Title));
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Requests.DisposeAsync();
        ui.Dispose();
        toast.Dispose();
        spinner.Dispose();
    }

    private void Handle(TerminalInput input, bool moreFollows)
    {
        switch (input)
        {
            case ResizeInput resize: frames.Resize(resize.Size); break;
            case ResumeInput: frames.Invalidate(); break;
            case EndInput end:
                ExitCode = end.Signal == 0 ? 0 : 128 + end.Signal;
                break;
            default: ui.Handle(input, moreFollows); break;
        }
    }

    private static string TitleOf(string? title) =>
        title is null || title.StartsWith("New session - ", StringComparison.Ordinal) ? "MiMoCode" : $"MC | {(title.Length > 40 ? title[..40] : title)}";

    private async Task<string?> EditAsync(Func<string, CancellationToken, Task<string?>> editor, string text, CancellationToken cancellationToken)
    {
        Session.Leave();
        try
        {
            return await editor(text, cancellationToken);
        }
        finally
        {
            Session.Enter();
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

    /// <summary>Starts what gives the terminal back with these last words if the program is killed.</summary>
    public Func<string, IDisposable?>? Watch { get; init; }
}
