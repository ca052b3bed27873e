using System.Collections;
using System.Text;
using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Markdown;

/// <summary>
/// Markdown laid out for a width while it is being written. Text is only ever appended; all lines but those of the last block are
/// settled, so what a token costs does not depend on what came before. For another width, make a new one of the whole text.
/// </summary>
public sealed class MarkdownText(int columns, MarkdownStyles styles) : IReadOnlyList<StyledLine>
{
    // A longer line is taken in pieces, so that what a token costs does not depend on the line either.
    private const int LongestPiece = 4096;

    private readonly List<StyledLine> settled = [];
    private readonly StringBuilder partial = new();
    private List<StyledLine>? openLines;
    private IOpenBlock? block;
    private int quotes;
    private int? blank;      // an empty line stands before the next block, in so many quotes
    private bool complete;
    private bool inLine;     // the last piece of a line is still to come

    /// <summary>Number of lines.</summary>
    public int Count => settled.Count + Open.Count;

    /// <summary>Lines before this one do not change any more.</summary>
    public int SettledCount => settled.Count;

    private List<StyledLine> Open => openLines ??= OpenLines();

    /// <summary>A line.</summary>
    public StyledLine this[int index] => index < settled.Count ? settled[index] : Open[index - settled.Count];

    /// <summary>The whole text at once.</summary>
    public static MarkdownText Of(string markdown, int columns, MarkdownStyles styles)
    {
        var text = new MarkdownText(columns, styles);
        text.Append(markdown);
        text.Complete();
        return text;
    }

    /// <summary>Appends text; it may end anywhere.</summary>
    public void Append(string text)
    {
        openLines = null;
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var next = rest[..Math.Min(rest.Length, LongestPiece - partial.Length)];
            var feed = next.IndexOf('\n');
            partial.Append(feed < 0 ? next : next[..feed]);
            rest = rest[(feed < 0 ? next.Length : feed + 1)..];
            if (feed >= 0)
            {
                var line = partial.ToString().TrimEnd('\r');
                partial.Clear();
                Take(line, goesOn: false);
            }
            else if (partial.Length == LongestPiece)
            {
                var piece = partial.ToString();
                piece = piece[..EndOfPiece(piece)];
                partial.Remove(0, piece.Length);
                Take(piece, goesOn: true);
            }
        }
    }

    /// <summary>Nothing more will come: marks that found no partner are text.</summary>
    public void Complete()
    {
        if (partial.Length > 0) Append("\n");
        complete = true;
        Close();
    }

    /// <inheritdoc/>
    public IEnumerator<StyledLine> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int EndOfPiece(string line)
    {
        var space = line.LastIndexOf(' ');
        return space > line.Length / 2 ? space + 1 : char.IsHighSurrogate(line[^1]) ? line.Length - 1 : line.Length;
    }

    private void Take(string line, bool goesOn)
    {
        var isRest = inLine;
        inLine = goesOn;
        if (isRest && block is not null) block.Take(line, goesOn, settled);
        else TakeLine(line, goesOn);
    }

    private void TakeLine(string line, bool goesOn)
    {
        if (block is Fence fence)
        {
            if (fence.Closes(Unquoted(line).Text)) Close();
            else fence.Take(Unquoted(line).Text, goesOn, settled);
            return;
        }

        var (depth, text) = Unquoted(line);
        if (depth != quotes) Close();
        quotes = depth;
        if (text.Trim().Length == 0)
        {
            Close();
            blank = settled.Count > 0 ? depth : null;
            return;
        }

        if (Begin(text) is var (next, content))
        {
            Close();
            Separate();
            block = next;
            if (content is not null) next.Take(content, goesOn, settled);
            if (!goesOn && BlockStart.Heading(text) is not null) Close();
        }
        else if (BlockStart.IsRule(text))
        {
            Close();
            Separate();
            settled.Add(new StyledLine([.. Prefix, new Span(new string('─', Math.Max(1, columns - 2 * quotes)), styles.Rule)]));
        }
        else
        {
            block!.Take(text, goesOn, settled);
        }
    }

    // The block that a line begins, with the part of the line that belongs into it; null if it goes on with the open one or is a rule.
    private (IOpenBlock Block, string? Content)? Begin(string text)
    {
        if (BlockStart.Fence(text) is var (mark, indent, language)) return (new Fence(mark, indent, language, Prefix, styles, columns), null);
        if (BlockStart.IsRule(text)) return null;
        if (BlockStart.Heading(text) is { } heading)
            return (new Flow(Prefix, Prefix, styles.Heading, styles, columns), heading);
        if (BlockStart.Item(text) is var (level, marker, item)) return (ListItem(level, marker), item);
        if (text.TrimStart().StartsWith('|')) return block is Table ? null : (new Table(Prefix, styles, columns), text);
        return block is null or Table ? (new Flow(Prefix, Prefix, quotes > 0 ? styles.Quote : styles.Text, styles, columns), text) : null;
    }

    private Flow ListItem(int level, string marker)
    {
        var lead = new string(' ', 2 * level);
        return new Flow(
            [.. Prefix, new Span(lead + marker + " ", styles.Marker)],
            [.. Prefix, new Span(new string(' ', lead.Length + TextWidth.Of(marker) + 1), default)],
            styles.Text, styles, columns);
    }

    private Span[] Prefix => Bars(quotes);

    private Span[] Bars(int depth) => depth == 0 ? [] : [new Span(string.Concat(Enumerable.Repeat("│ ", depth)), styles.Rule)];

    private void Separate()
    {
        if (blank is { } depth) settled.Add(Empty(depth));
        blank = null;
    }

    private StyledLine Empty(int depth) => depth == 0 ? StyledLine.Empty : new StyledLine(Bars(depth));

    private void Close()
    {
        if (block is null) return;
        openLines = null;
        settled.AddRange(block.Lines("", mayGoOn: false));
        block = null;
    }

    private List<StyledLine> OpenLines()
    {
        var rest = partial.ToString();
        if (complete || (block is null && rest.Trim().Length == 0)) return [];
        if (inLine && block is not null) return block.Lines(rest, mayGoOn: true);
        var (depth, text) = Unquoted(rest);
        if (block is Fence) return block.Lines(text, mayGoOn: true);
        if (block is not null && (rest.Length == 0 || (depth == quotes && Begin(text) is null && !BlockStart.IsRule(text)))) return block.Lines(text, mayGoOn: true);

        // A new block that has no whole line yet is shown as what it looks like so far.
        var lines = block?.Lines("", mayGoOn: false) ?? [];
        var before = quotes;
        quotes = depth;
        if (blank is { } between) lines.Add(Empty(between));
        if (text.Trim().Length > 0 && Begin(text) is var (next, content)) lines.AddRange(next.Lines(content ?? "", mayGoOn: true));
        quotes = before;
        return lines;
    }

    private static (int Depth, string Text) Unquoted(string line)
    {
        var depth = 0;
        var text = line;
        while (text.TrimStart(' ') is ['>', .. var inner] && text.Length - text.TrimStart(' ').Length < 4)
        {
            depth++;
            text = inner.StartsWith(' ') ? inner[1..] : inner;
        }

        return (depth, text);
    }
}
