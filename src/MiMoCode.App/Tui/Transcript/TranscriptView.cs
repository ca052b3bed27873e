using System.Collections.Immutable;
using MiMoCode.App.Tui.Parts;
using MiMoCode.App.Tui.State;
using MiMoCode.Terminal.Screen;

namespace MiMoCode.App.Tui.Transcript;

/// <summary>
/// The conversation and the place in it that is seen. It follows the end until scrolled up; then the first line seen stays where it
/// is, whatever comes below or is loaded above. Only messages that are seen are laid out, so a frame costs the same in a long one.
/// </summary>
internal sealed class TranscriptView
{
    private readonly LayoutCache cache = new();
    private readonly List<SeenRow> rows = [];        // of the last frame
    private Marking? marking;
    private (string MessageId, int Line)? anchor;   // the first line seen; null while the end is followed
    private int anchored;                           // where that message was found last
    private int pending;                            // lines to scroll by at the next frame
    private int heldWhenLeft;
    private int columns;
    private ImmutableList<ShownMessage> seen = [];

    /// <summary>True when the end is seen and followed.</summary>
    public bool Following => anchor is null;

    /// <summary>True when the first line that is held was reached: older messages are wanted.</summary>
    public bool AtTop { get; private set; }

    /// <summary>The first and the last message of the last frame; null for none.</summary>
    public (int First, int Last)? Seen => rows.Count == 0 ? null : (rows[0].Index, rows[^1].Index);

    /// <summary>Rows of the last frame.</summary>
    public int Height { get; private set; } = 1;

    /// <summary>Scrolls by lines, up when negative.</summary>
    public void Scroll(int lines) => pending += lines;

    /// <summary>Goes to the first line that is held.</summary>
    public void ToStart()
    {
        if (seen is [var first, ..])
            (anchor, anchored, pending, heldWhenLeft) = ((first.Info.Id, 0), 0, 0, anchor is null ? seen.Count : heldWhenLeft);
    }

    /// <summary>Goes to the end and follows it.</summary>
    public void ToEnd() => (anchor, pending) = (null, 0);

    /// <summary>What a click on a row of the last frame opens or closes.</summary>
    public string? At(int row) => row >= 0 && row < rows.Count ? rows[row].Block?.Opens : null;

    /// <summary>The place of the conversation at a place of the last frame; null where nothing is.</summary>
    public Spot? SpotAt(Position at) =>
        rows.Count == 0 ? null : at.Y >= rows.Count ? Spot.EndOf(rows[^1]) : new Spot(rows[Math.Max(0, at.Y)].Message, rows[Math.Max(0, at.Y)].Line, at.Y < 0 ? 0 : at.X);

    /// <summary>Marks what lies between two places; null marks nothing.</summary>
    public void Mark(Spot? from, Spot? to) => marking = from is { } start && to is { } end && start != end ? new Marking(start, end) : null;

    /// <summary>The text that is marked and seen; empty for none.</summary>
    public string Marked => marking?.Text(rows, PlaceOf, columns) ?? "";

    private int PlaceOf(string message) => seen.FindIndex(shown => shown.Info.Id == message);

    public void Draw(Canvas canvas, TuiState state, ViewContext context)
    {
        cache.Use(context, state.Messages);
        rows.Clear();
        columns = context.Columns;
        Height = Math.Max(1, canvas.Height);
        var messages = seen = state.Standing;
        var end = Top(messages.Count, Height, messages);
        var top = anchor is { } held && IndexOf(held.MessageId, messages) is >= 0 and var index ? (index, held.Line) : end;
        if (pending != 0)
            top = Moved(top, messages);
        pending = 0;
        var following = Compare(top, end) >= 0;
        if (following)
            (top, anchor) = (end, null);
        else
        {
            if (anchor is null)
                heldWhenLeft = messages.Count;
            (anchor, anchored) = ((messages[top.Item1].Info.Id, top.Item2), top.Item1);
        }

        AtTop = top is (0, 0);
        DrawFrom(canvas, top, messages);
        marking?.Draw(canvas, rows, PlaceOf, context.Look.Selected);
        if (!following)
            DrawNote(canvas, messages.Count - heldWhenLeft, context);
    }

    // Nearly always where it was.
    private int IndexOf(string message, ImmutableList<ShownMessage> messages) =>
        anchored < messages.Count && messages[anchored].Info.Id == message ? anchored : messages.FindIndex(shown => shown.Info.Id == message);

    private void DrawFrom(Canvas canvas, (int Index, int Line) top, IReadOnlyList<ShownMessage> messages)
    {
        var (index, line) = top;
        for (var y = 0; y < canvas.Height && index < messages.Count;)
        {
            var layout = cache.Of(index);
            if (line >= layout.Height)
            {
                (index, line) = (index + 1, 0);
                continue;
            }

            var (block, at) = layout.Draw(canvas, y, line);
            rows.Add(new SeenRow(messages[index].Info.Id, index, line, block, at));
            (y, line) = (y + 1, line + 1);
        }
    }

    private static void DrawNote(Canvas canvas, int fresh, ViewContext context)
    {
        var look = context.Look;
        var note = fresh > 0 ? $" ↓ {fresh} new · ctrl+alt+g " : " ↓ more · ctrl+alt+g ";
        canvas.WriteRight(canvas.Width - 1, canvas.Height - 1, note, (fresh > 0 ? look.Accent : look.Muted).On(look.Menu));
    }

    /// <summary>The place from which <paramref name="lines"/> lines are left before a message.</summary>
    private (int Index, int Line) Top(int before, int lines, IReadOnlyList<ShownMessage> messages)
    {
        for (var index = before - 1; index >= 0; index--)
        {
            var height = cache.Of(index).Height;
            if (height >= lines)
                return (index, height - lines);
            lines -= height;
        }

        return (0, 0);
    }

    private (int Index, int Line) Moved((int Index, int Line) top, IReadOnlyList<ShownMessage> messages)
    {
        var (index, line) = top;
        if (pending < 0)
            return pending + line >= 0 ? (index, line + pending) : Top(index, -pending - line, messages);
        line += pending;
        while (index < messages.Count && cache.Of(index).Height is var height && line >= height)
            (index, line) = (index + 1, line - height);
        return (index, line);
    }

    private static int Compare((int Index, int Line) one, (int Index, int Line) other) =>
        one.Index != other.Index ? one.Index.CompareTo(other.Index) : one.Line.CompareTo(other.Line);
}
