using MiMoCode.App.Tui.Dialogs;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Commands;

/// <summary>The page of help: made of the same tables that keys and commands come from.</summary>
internal static class Help
{
    private static readonly (string Key, string Does)[] Prompt =
    [
        ("enter", "send; while the agent works: when it is done"),
        ("ctrl+s", "send now: the agent sees it at its next step"),
        ("shift+enter, alt+enter, ctrl+j", "new line"),
        ("esc esc, ctrl+c", "interrupt the agent"),
        ("up, down", "earlier prompts"),
        ("@", "mention a file, @name#3-9 some of its lines"),
        ("/", "commands"),
        ("!", "a command line of your own"),
    ];

    public static TextDialog Of(Ui ui) => new("Help", look => Lines(ui, look));

    private static List<StyledLine> Lines(Ui ui, Look look)
    {
        var lines = new List<StyledLine> { StyledLine.Of("Prompt", look.Accent) };
        lines.AddRange(Prompt.Select(row => Row(row.Key, row.Does, look)));
        foreach (var group in ui.Commands.GroupBy(command => command.Group))
        {
            lines.Add(StyledLine.Empty);
            lines.Add(StyledLine.Of(group.Key, look.Accent));
            lines.AddRange(group.Select(command => Row(
                string.Join(", ", ((string?[])[ui.Keys.KeyOf(command.Name), .. command.Slash]).OfType<string>()), command.Title, look)));
        }

        return lines;
    }

    private static StyledLine Row(string keys, string does, Look look) =>
        new([new Span(Fit.Pad(keys, 34), look.Strong), new Span(" " + does, look.Muted)]);
}
