using System.Collections.Immutable;
using MiMoCode.App.Tui.Asking;
using MiMoCode.App.Tui.Commands;
using MiMoCode.App.Tui.Dialogs;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Prompting;
using MiMoCode.App.Tui.Settings;
using MiMoCode.App.Tui.State;
using MiMoCode.App.Tui.Transcript;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui;

/// <summary>What the interface shows besides the conversation, and what keys do. <see cref="Painter"/> draws it.</summary>
internal sealed class Ui : IDisposable
{
    private const int MostFiles = 20_000;

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaderPatience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider clock;
    private readonly UiCommands commands;
    private readonly EditorKeys editorKeys;
    private readonly ITimer redrawLater;   // what is seen changes by time alone: a prompt arms, a first key is forgotten
    private IReadOnlyList<SelectItem>? files;
    private (int Number, string Text) errorShown;
    private (int Number, string Text) noteShown;
    private long? escaped;
    private Spot? pressed;
    private bool dragged;
    private long? led;

    /// <param name="conversation">The session and what is asked about it.</param>
    /// <param name="around">Settings, themes, files, the time.</param>
    /// <param name="device">The terminal.</param>
    /// <param name="toast">Notes.</param>
    /// <param name="spinner">The sign that something goes on.</param>
    /// <param name="tick">Called, from any thread, when time changed the picture.</param>
    public Ui(Conversation conversation, TuiSurroundings around, Device device, Toast toast, Spinner spinner, Action tick)
    {
        (Conversation, Settings, Themes, Device, clock) = (conversation, around.Settings, around.Themes, device, around.Clock);
        (Toast, Spinner) = (toast, spinner);
        Keys = new KeyTable(Settings.Keys);
        editorKeys = new EditorKeys(Settings.Keys);
        commands = new UiCommands(this);
        var (theme, wrong) = Themes.Read(Settings.Theme, Settings.Dark);
        Look = new Look(theme);
        if (wrong is not null)
            toast.Show(wrong, isError: true);
        Prompt = new PromptBox(
            new PromptHistory(around.HistoryFile), new Completion(ProposedFiles, () => commands.SlashItems), editorKeys, new PasteBurst(clock));
        redrawLater = clock.CreateTimer(_ => tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Conversation Conversation { get; }

    public TuiSettings Settings { get; }

    public Themes Themes { get; }

    public Device Device { get; }

    public KeyTable Keys { get; }

    public Look Look { get; set; }

    public PromptBox Prompt { get; }

    public TranscriptView Transcript { get; } = new();

    public Toast Toast { get; }

    public Spinner Spinner { get; }

    public Dialog? Dialog { get; private set; }

    public PermissionPrompt? Permission { get; private set; }

    public QuestionPrompt? Question { get; private set; }

    /// <summary>What is shown and what not.</summary>
    public bool Thinking { get; set; } = true;

    public bool Details { get; set; } = true;

    public bool? Sidebar { get; set; }

    /// <summary>Parts that someone opened or closed.</summary>
    public ImmutableHashSet<string> Opened { get; private set; } = [];

    /// <summary>True after the first Esc while something runs.</summary>
    public bool EscapeAgain => escaped is { } at && clock.GetElapsedTime(at) < Again;

    /// <summary>True after the first key of a two-key command.</summary>
    public bool Leading => led is { } at && clock.GetElapsedTime(at) < LeaderPatience;

    /// <summary>Set when the program is to end.</summary>
    public bool Ending { get; private set; }

    /// <summary>Where the transcript and the prompt were drawn, for the mouse.</summary>
    public Area TranscriptArea { get; set; }

    public Area PromptArea { get; set; }

    public TuiState State => Conversation.State;

    public IReadOnlyList<UiCommand> Commands => commands.All;

    /// <summary>The commands that the engine makes prompts of.</summary>
    public IEnumerable<CommandSummary> PromptCommands => commands.Prompts;

    public void Quit() => Ending = true;

    public void Open(Dialog dialog) => Dialog = dialog;

    /// <summary>Looks at the conversation again after something happened.</summary>
    public void Follow()
    {
        var asked = State.Permissions.FirstOrDefault();
        if (Permission?.Request.Id != asked?.Id)
        {
            Permission = asked is null ? null : new PermissionPrompt(asked, clock);
            RedrawIn(PermissionPrompt.ArmingDelay);
        }

        var question = State.Questions.FirstOrDefault();
        if (Question?.Request.Id != question?.Id)
            Question = question is null ? null : new QuestionPrompt(question, editorKeys);
        if (State.Note != noteShown && (noteShown = State.Note).Text.Length > 0)
            Toast.Show(State.Note.Text);
        if (State.Error != errorShown)
            Toast.Show((errorShown = State.Error).Text, isError: true);
        if (State.IsBusy && Permission is null && Question is null)
            Spinner.Start();
        else
            Spinner.Stop();
    }

    /// <summary>After a frame: reads what will be wanted next, and lets go of what is far away.</summary>
    public void Attend()
    {
        if (State.Session is null)
            return;
        if (Transcript.AtTop)
            Conversation.LoadOlder();
        else if (Transcript.Following)
            Conversation.Trim();
        if (Transcript.Seen is var (first, last))
            Conversation.Attend(first, last);
    }

    public void Dispose() => redrawLater.Dispose();

    /// <summary>Takes one piece of input; more follows when others were read together with it.</summary>
    public void Handle(TerminalInput input, bool moreFollows = false)
    {
        Prompt.MoreFollows = moreFollows;
        switch (input)
        {
            case KeyInput key: Handle(key.Press); break;
            case PasteInput paste: Paste(paste.Text); break;
            case MouseInput mouse: Handle(mouse); break;
            case FocusInput focus: Spinner.Seen(focus.Focused); break;
        }
    }

    /// <summary>Sends a prompt, runs a command line, or carries out a slash command.</summary>
    public void Submit(Delivery delivery)
    {
        var text = Prompt.Text.Trim();
        if (text.Length == 0)
            return;
        Conversation.Heed();
        if (text is "exit" or "quit" or ":q")
        {
            Quit();
            return;
        }

        if (Prompt.Shell)
        {
            Prompt.Sent();
            Transcript.ToEnd();
            Conversation.Shell(text, failed: () => Prompt.Restore(text, shell: true));
            return;
        }

        if (commands.FindSlash(text) is var (command, arguments))
        {
            // Whoever leaves comes back to the prompt before.
            if (command.Name is "app_exit")
                Prompt.Clear();
            else
                Prompt.Sent();
            command.Run(arguments);
            return;
        }

        if (commands.FindPrompt(text) is var (expanding, words))
        {
            Expand(expanding.Name, words);
            return;
        }

        Send(text, delivery);
    }

    /// <summary>Sends a command that the engine makes a prompt of.</summary>
    public void Expand(string command, string arguments)
    {
        var typed = Prompt.Shown;
        Prompt.Sent();
        Transcript.ToEnd();
        Conversation.Expand(command, arguments, failed: () => Prompt.Restore(typed));
    }

    /// <summary>Sends a prompt as if it had been typed.</summary>
    public void Send(string text, Delivery delivery)
    {
        var typed = Prompt.Shown;
        Prompt.Sent();
        Transcript.ToEnd();
        Conversation.Send(Mentions.Of(text, Conversation), text, delivery, failed: () => Prompt.Restore(typed.Length > 0 ? typed : text));
    }

    private void Handle(KeyPress press)
    {
        Transcript.Mark(null, null);
        if (Dialog is { } dialog)
        {
            dialog.Handle(press);
            if (dialog.IsClosed && ReferenceEquals(Dialog, dialog))
                Dialog = null;
        }
        else if (Permission is { } permission)
        {
            if (permission.Handle(press) is { } reply)
                Conversation.Reply(permission.Request, reply, null);
        }
        else if (Question is { } question)
        {
            Answer(question, question.Handle(press));
        }
        else if (!HandleCommand(press))
        {
            HandlePrompt(press);
        }
    }

    private void Answer(QuestionPrompt question, QuestionOutcome outcome)
    {
        if (outcome is not QuestionOutcome.Open)
            Conversation.Answer(question.Request, outcome is QuestionOutcome.Answered ? question.Answers : null);
    }

    private bool HandleCommand(KeyPress press)
    {
        if (Prompt.Completion.IsOpen && press.Key is Key.Tab or Key.Character && press.ToString() is "tab" or "ctrl+p" or "ctrl+n")
            return false;
        var leading = Leading;
        led = null;
        if (!leading && Keys.IsLeader(press))
        {
            led = clock.GetTimestamp();
            RedrawIn(LeaderPatience);
            return true;
        }

        if (Keys.Find(press, leading) is not { } name || commands.Find(name) is not { } command)
            return leading;
        command.Run("");
        return true;
    }

    private void HandlePrompt(KeyPress press)
    {
        switch (Prompt.Handle(press))
        {
            case PromptWish.Send: Submit(Delivery.WhenIdle); return;
            case PromptWish.Steer: Submit(Delivery.NextStep); return;
            case PromptWish.Done when press.ToString() is not ("ctrl+c" or "ctrl+d"): return;
        }

        switch (press.ToString())
        {
            case "escape" when State.IsBusy && EscapeAgain: Interrupt(); break;
            case "escape" when State.IsBusy:
                escaped = clock.GetTimestamp();
                RedrawIn(Again);
                break;
            case "escape": Conversation.Heed(); break;
            case "ctrl+c" when State.IsBusy: Interrupt(); break;
            case "ctrl+c" when !Prompt.IsEmpty: Prompt.Clear(); break;
            case "ctrl+c": Quit(); break;
            case "ctrl+d" when Prompt.IsEmpty: Quit(); break;
        }
    }

    private void RedrawIn(TimeSpan delay) => redrawLater.Change(delay, Timeout.InfiniteTimeSpan);

    private void Interrupt()
    {
        escaped = null;
        Conversation.Abort();
    }

    private void Paste(string text)
    {
        if (Dialog is { } dialog)
            dialog.Paste(text);
        else if (Question is { } question)
            question.Paste(text);
        else if (Permission is null)
            Prompt.Paste(text);
    }

    private void Handle(MouseInput mouse)
    {
        if (Dialog is not null)
            return;
        switch (mouse.Act)
        {
            case MouseAct.WheelUp: Transcript.Scroll(-(int)Math.Max(1, Settings.ScrollSpeed)); break;
            case MouseAct.WheelDown: Transcript.Scroll((int)Math.Max(1, Settings.ScrollSpeed)); break;
            case MouseAct.Press when TranscriptArea.Contains(mouse.At):
                (pressed, dragged) = (Transcript.SpotAt(InTranscript(mouse.At)), false);
                Transcript.Mark(null, null);
                break;
            case MouseAct.Drag when pressed is not null: Drag(mouse.At); break;
            case MouseAct.Release when dragged: CopyMarked(); break;
            case MouseAct.Release when TranscriptArea.Contains(mouse.At) && Transcript.At(mouse.At.Y - TranscriptArea.Y) is { } part:
                var closed = Opened.Remove(part);
                Opened = closed == Opened ? Opened.Add(part) : closed;
                break;
            case MouseAct.Press when PromptArea.Contains(mouse.At):
                Prompt.Click(new Position(mouse.At.X - PromptArea.X, mouse.At.Y - PromptArea.Y));
                break;
        }
    }

    private Position InTranscript(Position at) => new(at.X - TranscriptArea.X, at.Y - TranscriptArea.Y);

    // At the edge the view follows the mouse.
    private void Drag(Position at)
    {
        dragged = true;
        if (at.Y <= TranscriptArea.Y)
            Transcript.Scroll(-1);
        else if (at.Y >= TranscriptArea.Bottom - 1)
            Transcript.Scroll(1);
        Transcript.Mark(pressed, Transcript.SpotAt(InTranscript(at)));
    }

    private void CopyMarked()
    {
        (pressed, dragged) = (null, false);
        if (Transcript.Marked is not { Length: > 0 } text)
            return;
        Device.Copy(text);
        var lines = text.AsSpan().Count('\n') + 1;
        Toast.Show($"{(lines == 1 ? "1 line" : $"{lines} lines")} sent to the clipboard of the terminal.");
    }

    private IReadOnlyList<SelectItem> ProposedFiles()
    {
        if (files is null)
        {
            files = [];
            Conversation.Read((client, cancellationToken) => client.Catalogue.FilesAsync(MostFiles, cancellationToken), found =>
            {
                files = [.. found.OrderBy(path => path.AsSpan().Count('/')).Select(path => new SelectItem(path))];
                Prompt.Proposals();
            });
        }

        return files;
    }
}
