using System.Collections.Immutable;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Protocol.Requests;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Dialogs;

/// <summary>Shows what taking back a prompt would do to each file, and asks what of it is to be done.</summary>
internal sealed class UndoDialog(string prompt, RevertResult preview, Action<RevertScope> chosen) : Dialog("Take back the last prompt")
{
    private readonly ImmutableArray<(string Name, RevertScope? Scope)> options = preview.Files.IsEmpty
        ? [("Take back", RevertScope.Talk), ("Cancel", null)]
        : [("Take back", RevertScope.Both), ("Only files", RevertScope.Files), ("Only conversation", RevertScope.Talk), ("Cancel", null)];

    private (int Columns, IReadOnlyList<StyledLine> Lines)? laidOut;
    private int at;
    private int top;

    protected override void Take(KeyPress press)
    {
        switch (press.ToString())
        {
            case "left" or "shift+tab": at = (at + options.Length - 1) % options.Length; break;
            case "right" or "tab": at = (at + 1) % options.Length; break;
            case "up": top--; break;
            case "down": top++; break;
            case "pageup": top -= 10; break;
            case "pagedown": top += 10; break;
            case "return":
                IsClosed = true;
                if (options[at].Scope is { } scope)
                    chosen(scope);
                break;
        }
    }

    protected override (int Width, int Height) SizeIn(int width, int height, Look look)
    {
        var wide = Math.Min(110, width - 4);
        return (wide, Math.Min(LinesAt(wide - 4, look).Count + 6, height - 2));
    }

    protected override Position? DrawBody(Canvas canvas, Look look)
    {
        var lines = LinesAt(canvas.Width, look);
        var body = canvas.Part(new Area(0, 0, canvas.Width, canvas.Height - 2));
        top = Math.Clamp(top, 0, Math.Max(0, lines.Count - body.Height));
        for (var y = 0; y < body.Height && top + y < lines.Count; y++)
            lines[top + y].Draw(body, 0, y);
        if (top + body.Height < lines.Count)
            body.WriteRight(body.Width, body.Height - 1, $" ↓ {lines.Count - top - body.Height} more lines ", look.Muted.On(look.Menu));
        var x = -1;
        for (var option = 0; option < options.Length; option++)
            x = canvas.Write(x, canvas.Height - 1, $" {options[option].Name} ", option == at ? look.Selected : look.Muted) + 1;
        return null;
    }

    private IReadOnlyList<StyledLine> LinesAt(int columns, Look look)
    {
        if (laidOut is not { } known || known.Columns != columns)
            laidOut = known = (columns, Lines(columns, look));
        return known.Lines;
    }

    private JoinedLines Lines(int columns, Look look)
    {
        var parts = new List<IReadOnlyList<StyledLine>> { new[] { StyledLine.Of(Fit.Cut($"“{PlainText.FirstLine(prompt)}”", columns), look.Text), StyledLine.Empty } };
        foreach (var file in preview.Files)
        {
            parts.Add([Row(file, columns, look)]);
            if (file.Reason is { Length: > 0 } reason)
                parts.Add(StyledWrap.Lines([new Span($"  {PlainText.Clean(reason)}", look.Warning)], columns));
            if (file.Patch.Length > 0)
                parts.Add(DiffLines.Of(file.Patch, columns, split: false, look));
        }

        if (preview.Files.IsEmpty)
            parts.Add([StyledLine.Of("The agent changed no files there.", look.Muted)]);
        foreach (var note in preview.Notes)
            parts.Add(StyledWrap.Lines([new Span($"! {PlainText.Clean(note)}", look.Warning)], columns));
        return new JoinedLines(parts);
    }

    private static StyledLine Row(RevertedFile file, int columns, Look look)
    {
        var (word, style) = file.Outcome switch
        {
            RevertOutcome.Restored => ("restored ", look.Success),
            RevertOutcome.Merged => ("merged ", look.Warning),
            RevertOutcome.Refused => ("left alone ", look.Error),
            _ => ("unchanged ", look.Muted),
        };
        return new StyledLine(
        [
            new Span(word, style), new Span(Fit.CutMiddle(PlainText.FirstLine(file.File), Math.Max(8, columns - 26)), look.Strong),
            .. file.Additions + file.Deletions > 0 ? (Span[])[new Span($"  +{file.Additions}", look.Success), new Span($" -{file.Deletions}", look.Error)] : [],
        ]);
    }
}
