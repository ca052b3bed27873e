using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Widgets;

/// <summary>Borders, bars, dialogs and lines of status.</summary>
public static class Shapes
{
    /// <summary>Draws a border and returns the canvas inside.</summary>
    public static Canvas Box(Canvas canvas, CellStyle border, string? title = null, CellStyle titleStyle = default)
    {
        if (canvas.Width < 2 || canvas.Height < 2) return canvas;
        var bar = new string('─', canvas.Width - 2);
        canvas.Write(0, 0, $"╭{bar}╮", border);
        canvas.Write(0, canvas.Height - 1, $"╰{bar}╯", border);
        for (var y = 1; y < canvas.Height - 1; y++)
        {
            canvas.Write(0, y, "│", border);
            canvas.Write(canvas.Width - 1, y, "│", border);
        }

        if (title is not null && canvas.Width > 6) canvas.Write(2, 0, $" {Fit.Cut(title, canvas.Width - 6)} ", titleStyle.Over(border));
        return canvas.Part(canvas.Bounds.Inset(1, 1));
    }

    /// <summary>Draws a thick bar at the left edge and returns the canvas right of it, with a column between.</summary>
    public static Canvas LeftBar(Canvas canvas, CellStyle style)
    {
        for (var y = 0; y < canvas.Height; y++) canvas.Write(0, y, "┃", style);
        return canvas.Part(canvas.Bounds.CutLeft(2).Remainder);
    }

    /// <summary>Draws a scroll bar into the last column, if there is something to scroll.</summary>
    public static void ScrollBar(Canvas canvas, ScrollState scroll, CellStyle track, CellStyle thumb)
    {
        if (scroll.Count <= scroll.Height) return;
        var (start, length) = scroll.Thumb(canvas.Height);
        for (var y = 0; y < canvas.Height; y++) canvas.Write(canvas.Width - 1, y, "█", y >= start && y < start + length ? thumb : track);
    }

    /// <summary>Draws lines from the one that the scroll state says.</summary>
    public static void Lines(Canvas canvas, IReadOnlyList<StyledLine> lines, ScrollState scroll)
    {
        scroll.Update(lines.Count, canvas.Height);
        for (var y = 0; y < canvas.Height && scroll.Top + y < lines.Count; y++) lines[scroll.Top + y].Draw(canvas, 0, y);
    }

    /// <summary>Dims what is below and returns a canvas for a dialog in the middle, filled.</summary>
    public static Canvas Dialog(Canvas screen, int width, int height, CellStyle panel)
    {
        screen.Restyle(screen.Bounds, new CellStyle(default, default, TextAttributes.Dim));
        var dialog = screen.Part(screen.Bounds.Centre(Math.Min(width, screen.Width - 2), Math.Min(height, screen.Height - 2)));
        dialog.Fill(panel);
        return dialog;
    }

    /// <summary>One row with parts at the left and at the right; those at the left give way, the last first.</summary>
    public static void StatusLine(Canvas row, IReadOnlyList<Span> left, IReadOnlyList<Span> right)
    {
        var rightWidth = right.Sum(span => TextWidth.Of(span.Text));
        var room = row.Width - rightWidth - 1;
        var x = 0;
        foreach (var span in left)
        {
            if (room - x < 2) break;
            x = row.Write(x, 0, Fit.Cut(span.Text, room - x), span.Style);
        }

        x = Math.Max(0, row.Width - rightWidth);
        foreach (var span in right) x = row.Write(x, 0, span.Text, span.Style);
    }
}
