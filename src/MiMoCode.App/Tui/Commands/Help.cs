using MiMoCode.App.Tui.Dialogs;
using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Commands;

/// <summary>The page of help: made of the same tables that keys and commands come from.</summary>
internal static class Help
{
    private const int KeyColumns = 40;

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

    public static TextDialog Of(Ui ui) => new("Help", (look, columns) => Lines(ui, look, columns));

    private static List<StyledLine> Lines(Ui ui, Look look, int columns)
    {
        var lines = new List<StyledLine> { StyledLine.Of("Prompt", look.Accent) };
        lines.AddRange(Prompt.SelectMany(row => Rows(row.Key, row.Does, look, columns)));
        foreach (var group in ui.Commands.GroupBy(command => command.Group))
        {
            lines.Add(StyledLine.Empty);
            lines.Add(StyledLine.Of(group.Key, look.Accent));
            lines.AddRange(group.SelectMany(command => Rows(
                string.Join(", ", ((string?[])[ui.Keys.KeyOf(command.Name), .. command.Slash]).OfType<string>()), command.Title, look, columns)));
        }

        return lines;
    }

    private static IEnumerable<StyledLine> Rows(string keys, string does, Look look, int columns)
    {
        var left = Math.Min(KeyColumns, columns / 2);
        var (names, words) = (StyledWrap.Lines([new Span(keys, look.Strong)], left), StyledWrap.Lines([new Span(does, look.Muted)], columns - left - 1));
        for (var y = 0; y < Math.Max(names.Count, words.Count); y++)
        {
            var name = y < names.Count ? names[y] : StyledLine.Empty;
            yield return new([.. name.Spans, new Span(new string(' ', left + 1 - name.Width), default), .. (y < words.Count ? words[y] : StyledLine.Empty).Spans]);
        }
    }
}
