using MiMoCode.Terminal.Markdown;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Style;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui.Looks;

/// <summary>The styles of everything that is drawn, taken from a theme once.</summary>
internal sealed class Look(Theme theme)
{
    public CellStyle Text { get; } = theme.Text("text");

    public CellStyle Strong { get; } = theme.Text("text", TextAttributes.Bold);

    public CellStyle Muted { get; } = theme.Text("textMuted");

    public CellStyle Primary { get; } = theme.Text("primary");

    public CellStyle Secondary { get; } = theme.Text("secondary");

    public CellStyle Accent { get; } = theme.Text("accent");

    public CellStyle Error { get; } = theme.Text("error");

    public CellStyle Warning { get; } = theme.Text("warning");

    public CellStyle Success { get; } = theme.Text("success");

    public CellStyle Border { get; } = theme.Text("border");

    /// <summary>Thoughts of a model: there to be skipped.</summary>
    public CellStyle Thought { get; } = theme.Text("textMuted", TextAttributes.Italic);

    /// <summary>Ground of prompts and messages of people.</summary>
    public Color Panel { get; } = theme["backgroundPanel"];

    /// <summary>Ground of dialogs and menus.</summary>
    public Color Menu { get; } = theme["backgroundMenu"];

    /// <summary>What is chosen, and selected text.</summary>
    public CellStyle Selected { get; } = theme["selectedListItemText"] is { IsUnset: false } text && !theme["primary"].IsUnset
        ? new CellStyle(text, theme["primary"])
        : new CellStyle(default, default, TextAttributes.Inverse);

    public CellStyle DiffAdded { get; } = new(theme["diffAdded"], theme["diffAddedBg"]);

    public CellStyle DiffRemoved { get; } = new(theme["diffRemoved"], theme["diffRemovedBg"]);

    public CellStyle DiffContext { get; } = new(theme["diffContext"], theme["diffContextBg"]);

    public CellStyle DiffHunk { get; } = theme.Text("diffHunkHeader");

    public CellStyle DiffNumber { get; } = theme.Text("diffLineNumber");

    public MarkdownStyles Markdown { get; } = MarkdownStyles.From(theme);

    public SelectStyles List => new(Text, Muted, Selected, Accent.With(TextAttributes.Bold));

    /// <summary>An agent's colour: its own, or one of three by its place among the agents.</summary>
    public CellStyle Agent(string? own, int place) =>
        own is not null && Color.TryParse(own, out var color) ? new CellStyle(color) : (place % 3) switch { 0 => Secondary, 1 => Accent, _ => Success };
}
