using System.Collections.Immutable;
using System.Globalization;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;
using MiMoCode.Terminal.Widgets;

namespace MiMoCode.App.Tui;

/// <summary>Draws the whole screen from what the interface knows.</summary>
internal sealed class Painter(Ui ui, TimeProvider clock, TuiOptions options)
{
    private const int SidebarWidth = 42;
    private const int SidebarFrom = 120;
    private const int MostWaiting = 3;
    private const int MostSubagents = 4;
    private const int CachedFrom = 90;

    private ViewContext? context;
    private (ImmutableArray<Protocol.Requests.AgentSummary> Agents, Look Look, AgentColors Colors)? colors;

    private Look Look => ui.Look;

    /// <summary>Draws; where the caret stands.</summary>
    public Position? Draw(Canvas screen)
    {
        var whole = screen.Bounds;
        if (ui.State.Session is not null && (ui.Sidebar ?? true) && screen.Width > SidebarFrom)
        {
            (var side, whole) = whole.CutRight(SidebarWidth);
            SidebarView.Draw(screen.Part(side), ui, Look);
        }

        var (status, above) = whole.CutBottom(1);
        var caret = DrawBottom(screen, ref above);
        DrawStatus(screen.Part(status with { X = status.X + 1, Width = Math.Max(0, status.Width - 2) }));
        ui.TranscriptArea = above;
        if (ui.State.Session is null && !ui.Conversation.Opening)
            HomeView.Draw(screen.Part(above), ui, Look, options.Version);
        else
            ui.Transcript.Draw(screen.Part(above), ui.State, Context(above.Width));
        DrawToast(screen.Part(above));
        if (ui.Permission is null && ui.Question is null)
            ui.Prompt.Completion.Draw(screen.Part(above), Look);
        return ui.Dialog is { } dialog ? dialog.Draw(screen, Look) : caret;
    }

    private Position? DrawBottom(Canvas screen, ref Area above)
    {
        if (ui.Permission is { } permission)
        {
            (var area, above) = above.CutBottom(permission.RowsAt(above.Width, above.Height, Look));
            permission.Draw(screen.Part(area), Look, permission.Request.SessionId == ui.State.Session?.Id ? null : "another session");
            return null;
        }

        if (ui.Question is { } question)
        {
            (var area, above) = above.CutBottom(Math.Min(above.Height, question.RowsAt(above.Width)));
            return question.Draw(screen.Part(area), Look);
        }

        return DrawPrompt(screen, ref above);
    }

    private Position DrawPrompt(Canvas screen, ref Area above)
    {
        var columns = Math.Max(4, above.Width - 4);
        var rows = Math.Min(ui.Prompt.RowsAt(columns), Math.Max(1, above.Height - 4));
        (var area, above) = above.CutBottom(rows + 2);
        var box = screen.Part(area);
        var colour = ui.Prompt.Shell ? Look.Primary : Context(area.Width).Agents[ui.Conversation.Agent];
        box.Fill(CellStyle.Plain.On(Look.Panel));
        for (var y = 0; y < box.Height; y++)
            box.Write(0, y, "┃", colour);
        ui.PromptArea = new Area(area.X + 2, area.Y, columns, rows);
        var caret = ui.Prompt.Draw(box.Part(new Area(2, 0, columns, rows)), Look, ui.Prompt.Shell ? "A command line, such as ls -la" : "Ask for anything");
        DrawAnswerer(box, rows + 1, colour);
        DrawRemarks(screen, ref above);
        DrawWaiting(screen, ref above);
        DrawSubagents(screen, ref above);
        DrawTakenBack(screen, ref above);
        return caret;
    }

    private void DrawAnswerer(Canvas box, int y, CellStyle colour)
    {
        if (ui.Prompt.Shell)
        {
            box.Write(2, y, "Shell · esc leaves", colour);
            return;
        }

        var x = box.Write(2, y, PartBlocks.Capital(ui.Conversation.Agent), colour);
        if (options.AsksNothing)
            x = box.Write(x, y, " · asks nothing", Look.Warning);
        if (ui.Conversation.Model is { } model)
            box.Write(x, y, Fit.Cut($" · {model.ModelId}{(model.Variant is null ? "" : $" · {model.Variant}")} · {model.ProviderId}", box.Width - x - 1), Look.Muted);
    }

    private void DrawWaiting(Canvas screen, ref Area above)
    {
        var waiting = ui.State.Waiting;
        (var area, above) = above.CutBottom(Math.Min(waiting.Length, MostWaiting));
        var canvas = screen.Part(area);
        for (var y = 0; y < canvas.Height; y++)
        {
            var prompt = waiting[y];
            // After an interruption nothing takes them by itself: the person has stopped the work.
            var badge = !ui.State.IsBusy ? " GOES BEFORE THE NEXT PROMPT " : prompt.Steers ? " NEXT STEP " : " QUEUED ";
            var x = canvas.Write(1, y, badge, Look.Selected);
            canvas.Write(x + 1, y, Fit.Cut(PlainText.FirstLine(prompt.Text), canvas.Width - x - 2), Look.Muted);
        }
    }

    private void DrawSubagents(Canvas screen, ref Area above)
    {
        var working = ui.State.Subagents;
        (var area, above) = above.CutBottom(Math.Min(above.Height / 4, Math.Min(working.Length, MostSubagents)));
        var canvas = screen.Part(area);
        for (var y = 0; y < canvas.Height; y++)
        {
            var one = working[y];
            var x = canvas.Write(1, y, $"◉ {PlainText.FirstLine(one.Name)} ", Look.Secondary);
            var calls = one.Calls == 1 ? "1 call" : $"{one.Calls} calls";
            canvas.Write(x, y, Fit.Cut($"{PlainText.FirstLine(one.Title)} · {calls}{(one.Doing.Length > 0 ? $" · {one.Doing}" : "")}", canvas.Width - x - 1), Look.Muted);
        }
    }

    /// <summary>What is said to the person, on at most half of what is left.</summary>
    private void DrawRemarks(Canvas screen, ref Area above)
    {
        var lines = new List<(StyledLine Line, CellStyle Bar)>();
        foreach (var remark in ui.State.Remarks)
        {
            var (style, bar) = remark.IsWarning ? (Look.Warning, Look.Warning) : (Look.Text, Look.Success);
            foreach (var line in PlainText.Lines(remark.Text, Math.Max(10, above.Width - 4), style, Math.Max(1, above.Height / 2 - 1), Look.Muted))
                lines.Add((line, bar));
        }

        var rows = Math.Min(lines.Count, above.Height / 2);
        if (rows == 0)
            return;
        (var area, above) = above.CutBottom(rows);
        var canvas = screen.Part(area);
        for (var y = 0; y < rows; y++)
        {
            var (line, bar) = lines[lines.Count - rows + y];
            canvas.Write(0, y, "┃", bar);
            line.Draw(canvas, 2, y);
        }
    }

    private void DrawTakenBack(Canvas screen, ref Area above)
    {
        if (ui.State.TakenBack is not (> 0 and var count) || above.Height < 4)
            return;
        (var area, above) = above.CutBottom(2);
        screen.Part(area).Write(1, 0, Fit.Cut($"↶ {(count == 1 ? "1 prompt is" : $"{count} prompts are")} taken back · {ui.Keys.KeyOf("messages_redo") ?? "/redo"} brings back until the next is sent", area.Width - 2), Look.Warning);
    }

    private void DrawStatus(Canvas row)
    {
        var right = Right(row.Width);
        List<Span> left = ui.State.Status switch
        {
            _ when ui.Leading => [new Span("ctrl+x …", Look.Warning)],
            _ when ui.Permission is not null || ui.Question is not null => [new Span("△ ", Look.Warning), new Span("waits for your answer", Look.Muted)],
            SessionIsRetrying retry => [.. Retrying(retry)],
            SessionIsBusy busy => [new Span($"{ui.Spinner.Glyph} ", Look.Primary), new Span(busy.Message is { } message ? message + " · " : "", Look.Muted), .. Interrupt()],
            _ when ui.State.Ended is { } ended => [new Span(PlainText.FirstLine(ended), Look.Warning)],
            _ => Hints(row.Width - right.Sum(span => TextWidth.Of(span.Text))),
        };
        Shapes.StatusLine(row, left, right);
    }

    // Whole hints only: half a one says nothing.
    private List<Span> Hints(int columns)
    {
        var spans = new List<Span>();
        foreach (var (key, does) in ((string, string)[])[("ctrl+p", "commands"), ("tab", "agent"), ("f1", "help")])
        {
            columns -= key.Length + does.Length + 3;
            if (columns >= 0)
                spans.AddRange([new Span($"{key} ", Look.Text), new Span($"{does}  ", Look.Muted)]);
        }

        return spans;
    }

    private IEnumerable<Span> Interrupt() => ui.EscapeAgain
        ? [new Span("esc ", Look.Warning), new Span("again to interrupt", Look.Warning)]
        : ui.Prompt.IsEmpty
        ? [new Span("esc ", Look.Text), new Span("interrupt", Look.Muted)]
        : [new Span("enter ", Look.Text), new Span("when it is done  ", Look.Muted), new Span("ctrl+s ", Look.Text), new Span("at its next step", Look.Muted)];

    private List<Span> Right(int width)
    {
        var spans = new List<Span>();
        if (ui.State.LastReply is { } reply)
        {
            var limit = ui.Conversation.ContextLimit;
            var tokens = reply.Tokens.ContextTokens;
            spans.Add(new Span(limit > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{Numbers.Short(tokens)}/{Numbers.Short(limit)} ({100.0 * tokens / limit:0}%)")
                : Numbers.Short(tokens), Look.Muted));
            if (width >= CachedFrom && reply.Tokens.PromptTokens > 0)
                spans.Add(new Span(string.Create(CultureInfo.InvariantCulture, $" · {100.0 * reply.Tokens.Cache.Read / reply.Tokens.PromptTokens:0}% cached"), Look.Muted));
            spans.Add(new Span($" · {Numbers.Dollars(ui.Conversation.Cost)}", Look.Muted));
        }

        if (width > 60 && ui.Conversation.Place?.Branch is { } branch)
            spans.Add(new Span($"{(spans.Count > 0 ? " · " : "")}{Fit.Cut(branch, 24)}", Look.Muted));
        return spans;
    }

    // What is wrong comes last, for it may be long.
    private IEnumerable<Span> Retrying(SessionIsRetrying retry)
    {
        var most = retry.AtMost is { } all ? $" of {all}" : "";
        var end = retry.Until is { } until ? $" · gives up {Until(until)}" : "";
        return
        [
            new Span($"{ui.Spinner.Glyph} attempt {retry.Attempt}{most} {Until(retry.Next)}{end}  ", Look.Warning),
            .. Interrupt(),
            new Span($"  {PlainText.FirstLine(retry.Message)}", Look.Warning),
        ];
    }

    private string Until(DateTimeOffset next)
    {
        var left = next - clock.GetUtcNow();
        return left.TotalMinutes >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"in {Math.Floor(left.TotalMinutes):0}m")
            : string.Create(CultureInfo.InvariantCulture, $"in {Math.Max(0, Math.Ceiling(left.TotalSeconds)):0}s");
    }

    private void DrawToast(Canvas above)
    {
        if (ui.Toast.Text is not { } text)
            return;
        var lines = StyledWrap.Lines([new Span(PlainText.Clean(text), Look.Text)], Math.Max(10, Math.Min(60, above.Width - 6)));
        var width = lines.Max(line => line.Width) + 3;
        var note = above.Part(new Area(Math.Max(0, above.Width - width - 1), 1, width, Math.Min(lines.Count, 6)));
        note.Fill(CellStyle.Plain.On(Look.Menu));
        for (var y = 0; y < note.Height; y++)
        {
            note.Write(0, y, "┃", ui.Toast.IsError ? Look.Error : Look.Success);
            lines[y].Draw(note, 2, y);
        }
    }

    private ViewContext Context(int width)
    {
        var wanted = new ViewContext(width, Look, Colors())
        {
            Thinking = ui.Thinking,
            Details = ui.Details,
            SplitDiffs = ui.Settings.SplitDiffs,
            Opened = ui.Opened,
            Asking = AskingNow(),
        };
        return context = context == wanted ? context : wanted;
    }

    // The same set as long as nothing changed, so that the layouts of before still hold.
    private ImmutableHashSet<string> AskingNow()
    {
        var now = ui.State.Permissions.Select(request => request.Tool?.CallId).OfType<string>().ToImmutableHashSet();
        return context is not null && context.Asking.SetEquals(now) ? context.Asking : now;
    }

    private AgentColors Colors()
    {
        if (colors is { } known && known.Agents == ui.Conversation.Agents && known.Look == Look)
            return known.Colors;
        var styles = ui.Conversation.Ordered.Select((agent, at) => KeyValuePair.Create(agent.Name, Look.Agent(agent.Color, at))).ToImmutableDictionary();
        var made = new AgentColors(styles, Look.Secondary);
        colors = (ui.Conversation.Agents, Look, made);
        return made;
    }
}
