using System.Text;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Markdown;

/// <summary>
/// A block of running text that still grows: a paragraph, a heading, an item. Lines far enough from its end are settled and never
/// looked at again, so a word more costs the same however long the block is.
/// </summary>
internal sealed class Flow(IReadOnlyList<Span> first, IReadOnlyList<Span> others, CellStyle style, MarkdownStyles styles, int columns) : IOpenBlock
{
    private const int SettleAt = 1500;
    private const int KeptOpen = 500;
    private const int MostOpen = 16_000;

    private readonly int indent = Math.Max(first.Sum(span => TextWidth.Of(span.Text)), others.Sum(span => TextWidth.Of(span.Text)));
    private readonly StringBuilder tail = new();
    private IReadOnlyList<Span> prefix = first;
    private TextAttributes open;
    private bool inLine;

    /// <inheritdoc/>
    public void Take(string line, bool goesOn, List<StyledLine> settled)
    {
        tail.Append(Joint(line)).Append(Trimmed(line, goesOn));
        inLine = goesOn;
        if (tail.Length > SettleAt) Settle(settled);
        if (tail.Length > MostOpen) SettleAll(settled);
    }

    /// <inheritdoc/>
    public List<StyledLine> Lines(string partial, bool mayGoOn) =>
        Layout(string.Concat(tail.ToString(), Joint(partial), inLine ? partial : partial.TrimStart()), mayGoOn, out _);

    private string Joint(string next) => inLine || tail.Length == 0 || tail[^1] is '\n' || next.Length == 0 ? "" : " ";

    private string Trimmed(string line, bool goesOn)
    {
        var trimmed = inLine ? line : line.TrimStart();
        if (goesOn) return trimmed;
        var hard = trimmed.EndsWith("  ", StringComparison.Ordinal) || trimmed.EndsWith('\\');
        return hard ? trimmed.TrimEnd(' ', '\\') + "\n" : trimmed.TrimEnd();
    }

    private List<StyledLine> Layout(string text, bool mayGoOn, out List<InlinePiece> pieces)
    {
        pieces = Inline.Read(text.TrimEnd('\n', ' '), style, styles, open, mayGoOn);
        return StyledWrap.Lines([.. pieces.Select(piece => piece.Span)], columns, prefix, others);
    }

    private void Settle(List<StyledLine> settled)
    {
        var text = tail.ToString();
        var lines = Layout(text, true, out var pieces);
        var ranges = WordWrap.Lines(string.Concat(pieces.Select(piece => piece.Span.Text)), columns - indent);
        for (var i = lines.Count - 1; i > 0; i--)
        {
            if (SourceOf(ranges[i].Start.Value, pieces) is not var (source, emphasis) || source > text.Length - KeptOpen) continue;
            settled.AddRange(lines.Take(i));
            tail.Remove(0, source);
            (open, prefix) = (emphasis, others);
            return;
        }
    }

    // Nothing in it can be a border: what is open so far is taken as it looks.
    private void SettleAll(List<StyledLine> settled)
    {
        settled.AddRange(Layout(tail.ToString(), true, out _));
        tail.Clear();
        prefix = others;
    }

    // Where a place of the shown text is in the Markdown; null inside code and links, where reading cannot begin.
    private static (int Source, TextAttributes Open)? SourceOf(int shown, List<InlinePiece> pieces)
    {
        foreach (var piece in pieces)
        {
            if (shown < piece.Span.Text.Length) return piece.IsPlain ? (piece.Source + shown, piece.Emphasis) : null;
            shown -= piece.Span.Text.Length;
        }

        return null;
    }
}

/// <summary>The last block of a text that is still being written.</summary>
internal interface IOpenBlock
{
    /// <summary>Takes a line, or a piece of one that goes on; lines that cannot change any more go to <paramref name="settled"/>.</summary>
    void Take(string line, bool goesOn, List<StyledLine> settled);

    /// <summary>The lines that may still change, with a beginning of the next line in them.</summary>
    List<StyledLine> Lines(string partial, bool mayGoOn);
}
