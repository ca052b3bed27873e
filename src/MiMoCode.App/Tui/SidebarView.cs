using System.Globalization;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Protocol.Messages;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui;

/// <summary>The column at the right of wide screens: title, window, what is to do, what was changed, where we are.</summary>
internal static class SidebarView
{
    private const int MostFiles = 12;

    public static void Draw(Canvas canvas, Ui ui, Look look)
    {
        canvas.Fill(CellStyle.Plain.On(look.Panel));
        var inside = canvas.Part(canvas.Bounds.Inset(2, 1));
        var y = 0;
        foreach (var line in Lines(ui, look, inside.Width).Take(Math.Max(0, inside.Height - 2)))
            line.Draw(inside, 0, y++);
        if (ui.Conversation.Place is { } place)
            inside.Write(0, inside.Height - 1, Fit.CutMiddle(place.Branch is { } branch ? $"{place.Directory}:{branch}" : place.Directory, inside.Width), look.Muted);
    }

    private static List<StyledLine> Lines(Ui ui, Look look, int columns)
    {
        var lines = new List<StyledLine>();
        lines.AddRange(StyledWrap.Lines([new Span(PlainText.FirstLine(ui.State.Session?.Title ?? ""), look.Strong)], columns).Take(3));
        Head("Context");
        var tokens = ui.State.LastReply?.Tokens ?? TokenUsage.None;
        Row($"{tokens.ContextTokens.ToString("N0", CultureInfo.InvariantCulture)} tokens");
        if (ui.Conversation.ContextLimit is > 0 and var limit)
            Row(string.Create(CultureInfo.InvariantCulture, $"{100.0 * tokens.ContextTokens / limit:0}% of {Numbers.Short(limit)}"));
        if (tokens.PromptTokens > 0)
            Row(string.Create(CultureInfo.InvariantCulture, $"{100.0 * tokens.Cache.Read / tokens.PromptTokens:0}% cached"));
        Row($"{Numbers.Dollars(ui.Conversation.Cost)} spent");
        if (ui.State.Checkpoint > 0)
            Row($"checkpoint {ui.State.Checkpoint} written");
        var open = ui.State.Todos.Where(todo => todo.Status is not ("completed" or "cancelled")).ToList();
        if (open.Count > 0)
        {
            Head("Todo");
            lines.AddRange(open.Select(todo => ToolBlocks.TodoLine(todo.Status, todo.Content, columns, look)));
        }

        var changed = ui.State.Changed;
        if (changed.Length > 0)
        {
            Head("Modified files");
            lines.AddRange(changed.Take(MostFiles).Select(file => new StyledLine(
            [
                new Span(Fit.Pad(Fit.CutMiddle(file.Path, columns - 12), columns - 12), look.Muted),
                new Span($" +{file.Added}", look.Success), new Span($" -{file.Removed}", look.Error),
            ])));
            if (changed.Length > MostFiles)
                Row($"… {changed.Length - MostFiles} more");
        }

        return lines;

        void Head(string title)
        {
            lines.Add(StyledLine.Empty);
            lines.Add(StyledLine.Of(title, look.Strong));
        }

        void Row(string text) => lines.Add(StyledLine.Of(Fit.Cut(text, columns), look.Muted));
    }
}
