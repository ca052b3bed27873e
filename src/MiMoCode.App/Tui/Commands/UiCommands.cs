using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Commands;

/// <summary>Everything that can be asked of the interface, in one table.</summary>
internal sealed class UiCommands
{
    private const string Session = "Session";
    private const string View = "View";
    private const string Answers = "Model and agent";
    private const string Program = "Program";

    private readonly Ui ui;
    private readonly IReadOnlyList<SelectItem> own;

    public UiCommands(Ui ui)
    {
        this.ui = ui;
        var pickers = new Pickers(ui);
        var changes = new Changes(ui);
        All =
        [
            new("session_new", "New session", Session, _ => ui.Conversation.Leave()) { Slash = ["/new", "/clear"] },
            new("session_list", "Sessions", Session, _ => pickers.Sessions()) { Slash = ["/sessions", "/resume", "/continue"] },
            new("session_rename", "Rename the session", Session, _ => pickers.Rename()) { Slash = ["/rename"] },
            new("session_fork", "Go on in a copy", Session, _ => Fork()) { Slash = ["/fork"] },
            new("session_export", "Export the session as Markdown", Session, name => Export(name)) { Slash = ["/export"] },
            new("messages_undo", "Take back the last prompt", Session, _ => changes.Undo()) { Slash = ["/undo"] },
            new("messages_redo", "Bring back what was taken back", Session, _ => changes.Redo()) { Slash = ["/redo"] },
            new("session_compact", "Sum the conversation up", Session, words => ui.Expand("compact", words)) { Slash = ["/compact", "/summarize"] },
            new("session_rebuild", "Open a fresh window from the checkpoint", Session, words => ui.Expand("rebuild", words)) { Slash = ["/rebuild"] },
            new("model_list", "Models", Answers, _ => pickers.Models()) { Slash = ["/models"] },
            new("agent_list", "Agents", Answers, _ => pickers.Agents()) { Slash = ["/agents"] },
            new("skill_list", "Skills", Answers, _ => pickers.Skills()) { Slash = ["/skills"] },
            new("agent_cycle", "Next agent", Answers, _ => ui.Conversation.NextAgent(1)),
            new("agent_cycle_reverse", "Previous agent", Answers, _ => ui.Conversation.NextAgent(-1)),
            new("display_thinking", "Show or hide thinking", View, _ => ui.Thinking = !ui.Thinking) { Slash = ["/thinking", "/toggle-thinking"] },
            new("tool_details", "Show or hide finished calls", View, _ => ui.Details = !ui.Details) { Slash = ["/details"] },
            new("sidebar_toggle", "Show or hide the sidebar", View, _ => ui.Sidebar = !(ui.Sidebar ?? true)),
            new("theme_list", "Themes", View, _ => pickers.Themes()) { Slash = ["/themes"] },
            new("mouse_toggle", "Mouse on or off", View, _ => ToggleMouse()) { Slash = ["/mouse"] },
            new("screen_redraw", "Paint the screen anew", View, _ => ui.Device.Redraw()),
            new("messages_page_up", "Page up", View, _ => ui.Transcript.Scroll(-Math.Max(1, ui.Transcript.Height - 2))),
            new("messages_page_down", "Page down", View, _ => ui.Transcript.Scroll(Math.Max(1, ui.Transcript.Height - 2))),
            new("messages_half_page_up", "Half a page up", View, _ => ui.Transcript.Scroll(-Math.Max(1, ui.Transcript.Height / 2))),
            new("messages_half_page_down", "Half a page down", View, _ => ui.Transcript.Scroll(Math.Max(1, ui.Transcript.Height / 2))),
            new("messages_line_up", "Line up", View, _ => ui.Transcript.Scroll(-1)),
            new("messages_line_down", "Line down", View, _ => ui.Transcript.Scroll(1)),
            new("messages_first", "First message", View, _ => ui.Transcript.ToStart()),
            new("messages_last", "Last message", View, _ => ui.Transcript.ToEnd()),
            new("messages_copy", "Copy the last answer", Session, _ => Copy()) { Slash = ["/copy"] },
            new("editor_open", "Write the prompt in your editor", Program, _ => Edit()) { Slash = ["/editor"] },
            new("command_list", "All commands", Program, _ => pickers.Commands()),
            new("help", "Help", Program, _ => ui.Open(Help.Of(ui))) { Slash = ["/help"] },
            new("terminal_suspend", "Suspend the program", Program, _ => ui.Device.Suspend()),
            new("app_exit", "Exit", Program, _ => ui.Quit()) { Slash = ["/exit", "/quit", "/q"] },
        ];
        own = [.. All.SelectMany(command => command.Slash.Select(slash => new SelectItem(slash, command.Title)))];
    }

    public IReadOnlyList<UiCommand> All { get; }

    /// <summary>The slash commands as they are proposed: ours, and those that expand to prompts. A value says that words are to follow.</summary>
    public IReadOnlyList<SelectItem> SlashItems => [.. own, .. Prompts.Select(command => new SelectItem($"/{command.Name}", command.Description, Value: TakesWords(command) ? command : null))];

    /// <summary>The commands that expand to prompts and do not share a name with ours.</summary>
    public IEnumerable<CommandSummary> Prompts => ui.Conversation.Commands.Where(command => FindSlash($"/{command.Name}") is null);

    public UiCommand? Find(string name) => All.FirstOrDefault(command => command.Name == name);

    /// <summary>The command that a text asks for, with the words after it; null when it is a prompt.</summary>
    public (UiCommand Command, string Arguments)? FindSlash(string text)
    {
        if (text is not ['/', ..])
            return null;
        var (word, arguments) = Split(text);
        return All.FirstOrDefault(command => command.Slash.Contains(word)) is { } found ? (found, arguments) : null;
    }

    /// <summary>The command that expands to a prompt which a text asks for, with the words after it; null when it is none.</summary>
    public (CommandSummary Command, string Arguments)? FindPrompt(string text)
    {
        if (text is not ['/', ..])
            return null;
        var (word, arguments) = Split(text);
        return Prompts.FirstOrDefault(command => word.AsSpan(1).SequenceEqual(command.Name)) is { } found ? (found, arguments) : null;
    }

    /// <summary>True for a command that means little without words behind it.</summary>
    private static bool TakesWords(CommandSummary command) => !command.Hints.IsEmpty;

    private static (string Word, string Arguments) Split(string text)
    {
        var end = text.AsSpan().IndexOfAny(' ', '\n');
        return end < 0 ? (text, "") : (text[..end], text[end..].Trim());
    }

    private void Fork()
    {
        if (ui.State.Session is { } session)
            ui.Conversation.Fork(session.Id);
    }

    private void ToggleMouse()
    {
        ui.Device.UseMouse(!ui.Device.Mouse);
        ui.Toast.Show(ui.Device.Mouse ? "The wheel scrolls; Shift selects text." : "The terminal selects text; page keys scroll.");
    }

    private void Copy()
    {
        var answer = ui.State.Messages.FindLast(message => message.Info is AssistantMessage && message.Parts.Any(part => part.Part is TextPart { Text.Length: > 0 }));
        if (answer is null)
            return;
        ui.Device.Copy(string.Join("\n\n", answer.Parts.Select(part => (part.Part as TextPart)?.Text).Where(text => text is { Length: > 0 })));
        ui.Toast.Show("Sent to the clipboard of the terminal.");
    }

    private void Export(string name)
    {
        if (ui.State.Session is not { } session || ui.Conversation.Place is not { } place)
        {
            ui.Toast.Show("There is no session to export yet.");
            return;
        }

        var path = Path.GetFullPath(name.Length > 0 ? name : $"{session.Slug}.md", place.Directory);
        ui.Conversation.Read(
            async (client, cancellationToken) =>
            {
                var page = await client.Sessions.MessagesAsync(session.Id, null, null, cancellationToken);
                await using var file = new FileStream(path, FileMode.CreateNew);
                await using var writer = new StreamWriter(file);
                await writer.WriteAsync(MarkdownExport.Of(session, page).AsMemory(), cancellationToken);
                return path;
            },
            written => ui.Toast.Show($"Written to {written}."));
    }

    private void Edit()
    {
        if (ui.Device.Editor is not { } editor)
        {
            ui.Toast.Show("Set VISUAL or EDITOR to the program that you write with.");
            return;
        }

        ui.Conversation.Read((_, cancellationToken) => editor(ui.Prompt.Text, cancellationToken), edited =>
        {
            ui.Device.Redraw();
            if (edited is not null)
                ui.Prompt.Replace(edited.TrimEnd('\n'));
        });
    }
}
