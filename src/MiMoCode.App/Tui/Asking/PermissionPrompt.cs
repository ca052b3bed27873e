using System.Text.Json;
using MiMoCode.App.Tui.Looks;
using MiMoCode.App.Tui.Parts;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Terminal.Input;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Asking;

/// <summary>
/// Asks whether something may be done. It shows the whole of it, refuses by default, and takes no answer in its first moments, so
/// that a key meant for the prompt never grants anything.
/// </summary>
internal sealed class PermissionPrompt
{
    /// <summary>How long it takes no answers.</summary>
    public static readonly TimeSpan ArmingDelay = TimeSpan.FromMilliseconds(300);

    private readonly TimeProvider clock;
    private readonly long since;
    private readonly List<string> options;
    private readonly Details? details;
    private int chosen;
    private int scrolled;
    private bool confirming;
    private Layout? laidOut;

    public PermissionPrompt(PermissionRequest request, TimeProvider clock)
    {
        (Request, this.clock, since) = (request, clock, clock.GetTimestamp());
        options = request.Always.IsEmpty ? ["Allow once", "Reject"] : ["Allow once", "Allow always", "Reject"];
        chosen = options.Count - 1;
        details = Details.FromMetadata(request.Metadata);
    }

    public PermissionRequest Request { get; }

    // A timer may go off a few milliseconds early; the drawing it asks for must not find the prompt still unarmed.
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(10);

    /// <summary>True when it takes answers.</summary>
    public bool IsArmed => clock.GetElapsedTime(since) >= ArmingDelay - Early;

    /// <summary>Takes a key; the answer when there is one.</summary>
    public PermissionReply? Handle(KeyPress press)
    {
        switch (press.ToString())
        {
            case "pageup" or "ctrl+u": scrolled -= 8; return null;
            case "pagedown" or "ctrl+d": scrolled += 8; return null;
            case "home": scrolled = 0; return null;
            case "end": scrolled = int.MaxValue / 2; return null;
            case "up": scrolled--; return null;
            case "down": scrolled++; return null;
        }

        if (!IsArmed)
            return null;
        switch (press.ToString())
        {
            case "left" or "h" or "shift+tab": Move(-1); return null;
            case "right" or "l" or "tab": Move(1); return null;
            case "escape" or "ctrl+c" when confirming: Ask(confirm: false); return null;
            case "escape" or "ctrl+c": return PermissionReply.Reject;
            case "return" when confirming && chosen == 0: return PermissionReply.Always;
            case "return" when confirming: Ask(confirm: false); return null;
            case "return" when options[chosen] is "Allow always": Ask(confirm: true); return null;
            case "return": return options[chosen] is "Reject" ? PermissionReply.Reject : PermissionReply.Once;
            default: return null;
        }
    }

    /// <summary>Rows that it takes of a screen.</summary>
    public int RowsAt(int width, int height, Look look) => Math.Min(Math.Max(8, height - 6), Lines(width - 3, look).Count + 3);

    public void Draw(Canvas canvas, Look look, string? otherSession)
    {
        canvas.Fill(CellStyle.Plain.On(look.Panel));
        for (var y = 0; y < canvas.Height; y++)
            canvas.Write(0, y, "┃", look.Warning);
        var inside = canvas.Part(new Area(2, 0, canvas.Width - 3, canvas.Height));
        var x = inside.Write(0, 0, confirming ? "△ Allow always, in this project, until revoked?" : "△ Permission required", look.Warning.With(TextAttributes.Bold));
        if (!confirming && PermissionWords.Of(Request.Permission) is { } why)
            x = inside.Write(x, 0, Fit.Cut($": {why}", inside.Width - x), look.Warning);
        if (otherSession is not null)
            inside.Write(x + 1, 0, Fit.Cut($"· asked by {otherSession}", inside.Width - x - 1), look.Muted);
        var body = inside.Part(new Area(0, 1, inside.Width, Math.Max(1, inside.Height - 3)));
        DrawBody(body, Lines(body.Width, look), look);
        DrawOptions(inside.Part(inside.Bounds.CutBottom(1).Bottom), look);
    }

    private void DrawBody(Canvas body, IReadOnlyList<StyledLine> lines, Look look)
    {
        scrolled = Math.Clamp(scrolled, 0, Math.Max(0, lines.Count - body.Height));
        for (var y = 0; y < body.Height && scrolled + y < lines.Count; y++)
            lines[scrolled + y].Draw(body, 0, y);
        if (scrolled + body.Height < lines.Count)
            body.WriteRight(body.Width, body.Height - 1, $" ↓ {lines.Count - scrolled - body.Height} more lines ", look.Warning.On(look.Panel));
    }

    private void DrawOptions(Canvas row, Look look)
    {
        var x = 0;
        var shown = confirming ? ["Confirm", "Cancel"] : options;
        for (var at = 0; at < shown.Count; at++)
            x = row.Write(x, 0, $" {shown[at]} ", at == chosen ? look.Selected : look.Muted) + 1;
        var hint = IsArmed ? "←→ choose · enter · esc rejects" : "a moment …";
        if (row.Width - x > hint.Length)
            row.WriteRight(row.Width, 0, hint, look.Muted);
    }

    private void Move(int by)
    {
        var count = confirming ? 2 : options.Count;
        chosen = ((chosen + by) % count + count) % count;
    }

    private void Ask(bool confirm)
    {
        (confirming, scrolled) = (confirm, 0);
        chosen = confirm ? 1 : options.Count - 1;
    }

    private IReadOnlyList<StyledLine> Lines(int columns, Look look)
    {
        if (laidOut is not { } known || known.Columns != columns || known.Confirming != confirming || known.Look != look)
        {
            IReadOnlyList<StyledLine> lines = confirming ? Patterns(columns, look) : new JoinedLines(Subject(columns, look), Reason(columns, look));
            laidOut = known = new Layout(columns, confirming, look, lines);
        }

        return known.Lines;
    }

    private List<StyledLine> Patterns(int columns, Look look) =>
        [.. Request.Always.SelectMany(pattern => Wrapped($"{Request.Permission}  {pattern}", columns, look.Strong))];

    // What is asked about is never cut and never made prettier: what a control character does must be seen.
    private IReadOnlyList<StyledLine> Subject(int columns, Look look) => details switch
    {
        CommandDetails command =>
        [
            .. command.Description is { } about ? Wrapped($"# {about}", columns, look.Muted) : [],
            .. Wrapped($"$ {command.Command}", columns, look.Strong),
        ],
        DiffDetails diff => new JoinedLines(
            Wrapped($"{Request.Permission}  {diff.FilePath}", columns, look.Strong),
            DiffLines.Of(diff.Diff, columns, split: true, look, show: line => Disclosed.Of(line.Replace("\t", "    ", StringComparison.Ordinal)))),
        _ => [.. Request.Patterns.SelectMany(pattern => Wrapped($"{Request.Permission}  {pattern}", columns, look.Strong))],
    };

    private List<StyledLine> Reason(int columns, Look look) =>
        Request.Metadata.ValueKind is JsonValueKind.Object
        && Request.Metadata.TryGetProperty("reason", out var reason) && reason.GetString() is { Length: > 0 } text
            ? Wrapped($"({text})", columns, look.Muted)
            : [];

    private static List<StyledLine> Wrapped(string text, int columns, CellStyle style) =>
        StyledWrap.Lines([new Span(Disclosed.Of(text), style)], Math.Max(10, columns));

    private sealed record Layout(int Columns, bool Confirming, Look Look, IReadOnlyList<StyledLine> Lines);
}
