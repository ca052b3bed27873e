using MiMoCode.App.Tui.Looks;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui;

/// <summary>The first page: the name, where we are, and what can be done.</summary>
internal static class HomeView
{
    private static readonly string[] Logo =
    [
        "█▄ ▄█ █ █▄ ▄█ ▄▀▀▄",
        "█ ▀ █ █ █ ▀ █ █  █",
        "▀   ▀ ▀ ▀   ▀  ▀▀ ",
    ];

    private static readonly (string Key, string Does)[] Hints =
    [
        ("@", "mention a file"), ("/", "commands"), ("tab", "build, plan, compose"), ("ctrl+x l", "earlier sessions"),
    ];

    public static void Draw(Canvas canvas, Ui ui, Look look, string version)
    {
        var where = ui.Conversation.Place is { } place ? place.Branch is { } branch ? $"{place.Directory}:{branch}" : place.Directory : "";
        var rows = Logo.Length + 4 + Hints.Length;
        var y = Math.Max(0, (canvas.Height - rows) / 2);
        if (canvas.Height > rows)
        {
            foreach (var line in Logo)
                Centre(canvas, y++, [new Span(line, look.Primary)]);
            y++;
        }

        Centre(canvas, y++, [new Span("MiMoCode ", look.Strong), new Span(version, look.Muted)]);
        Centre(canvas, y++, [new Span(Fit.CutMiddle(where, canvas.Width - 4), look.Muted)]);
        y++;
        foreach (var (key, does) in Hints)
        {
            if (y < canvas.Height - 1)
                Centre(canvas, y++, [new Span(Fit.Pad(key, 10), look.Text), new Span(Fit.Pad(does, 20), look.Muted)]);
        }

        if (ui.Conversation.Because.Length > 0 && canvas.Height > 2)
            canvas.Write(1, canvas.Height - 1, Fit.Cut($"Model: {ui.Conversation.Because}", canvas.Width - 2), look.Muted);
    }

    private static void Centre(Canvas canvas, int y, IReadOnlyList<Span> spans)
    {
        var line = new StyledLine(spans);
        line.Draw(canvas, Math.Max(0, (canvas.Width - line.Width) / 2), y);
    }
}
