using System.Collections;
using MiMoCode.Terminal.Screen;
using MiMoCode.Terminal.Text;

namespace MiMoCode.App.Tui.Parts;

/// <summary>Lines of a plain text that grows: only its last line is laid out again. Empty lines count when something follows.</summary>
internal sealed class GrowingLines(int columns, CellStyle style) : IReadOnlyList<StyledLine>
{
    private readonly List<StyledLine> settled = [];
    private string open = "";
    private int empty;
    private IReadOnlyList<StyledLine>? openLines;

    public int Count => settled.Count + Open.Count;

    public StyledLine this[int index] => index < settled.Count ? settled[index] : Open[index - settled.Count];

    private IReadOnlyList<StyledLine> Open => openLines ??= open.AsSpan().Trim().IsEmpty ? [] : [.. Gap, .. PlainText.Lines(open, columns, style)];

    private IEnumerable<StyledLine> Gap => Enumerable.Repeat(StyledLine.Empty, settled.Count > 0 ? empty : 0);

    /// <summary>Appends text; it may end anywhere.</summary>
    public void Append(string more)
    {
        openLines = null;
        open += more;
        for (int feed; (feed = open.IndexOf('\n', StringComparison.Ordinal)) >= 0; open = open[(feed + 1)..])
            Settle(open[..feed]);
        for (; open.Length > PlainText.LongestRow; open = open[PlainText.EndOfPiece(open, 0)..])
            Settle(open[..PlainText.EndOfPiece(open, 0)]);
    }

    public IEnumerator<StyledLine> GetEnumerator() => settled.Concat(Open).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Settle(string line)
    {
        if (line.AsSpan().Trim().IsEmpty)
        {
            empty++;
            return;
        }

        settled.AddRange(Gap);
        settled.AddRange(PlainText.Lines(line, columns, style));
        empty = 0;
    }
}
