using MiMoCode.Terminal.Text;

namespace MiMoCode.Terminal.Markdown;

/// <summary>A block of code: each line is settled as soon as it is whole.</summary>
internal sealed class Fence(string mark, int indent, string language, IReadOnlyList<Span> prefix, MarkdownStyles styles, int columns) : IOpenBlock
{
    private readonly CodeLexer lexer = new(Language.Named(language));

    public bool Closes(string line)
    {
        var trimmed = line.Trim();
        return trimmed.StartsWith(mark, StringComparison.Ordinal) && trimmed.All(c => c == mark[0]);
    }

    public void Take(string line, bool goesOn, List<StyledLine> settled)
    {
        settled.AddRange(Code(Dedent(line), lexer.Line(Dedent(line))));
        if (goesOn) settled[^1] = settled[^1] with { Continues = true };
    }

    public List<StyledLine> Lines(string partial, bool mayGoOn) =>
        partial.Length == 0 || mark.StartsWith(partial.Trim(), StringComparison.Ordinal) ? [] : Code(Dedent(partial), lexer.Peek(Dedent(partial)));

    private string Dedent(string line)
    {
        var spaces = 0;
        while (spaces < indent && spaces < line.Length && line[spaces] == ' ') spaces++;
        return line[spaces..].Replace("\t", "    ", StringComparison.Ordinal);
    }

    private List<StyledLine> Code(string line, IReadOnlyList<(string Text, Token Token)> tokens)
    {
        var spans = new Span[tokens.Count];
        for (var at = 0; at < spans.Length; at++)
            spans[at] = new Span(tokens[at].Text, styles.Tokens.TryGetValue(tokens[at].Token, out var look) ? look.Over(styles.Code) : styles.Code);
        Span[] begin = [.. prefix, new Span("  ", default)];
        var room = Math.Max(1, columns - 2 - prefix.Sum(span => TextWidth.Of(span.Text)));
        var lines = new List<StyledLine>();
        for (var start = 0; start < line.Length || lines.Count == 0;)
        {
            // Code is cut where the row ends, not at words: a copy must give it back as it was.
            var length = Math.Max(Fit.Length(line.AsSpan(start), room), line.Length > start ? Clusters.NextLength(line.AsSpan(start)) : 0);
            lines.Add(new StyledLine([.. begin, .. StyledWrap.Slice(spans, start, length)], columns - room, start + length < line.Length));
            start += Math.Max(1, length);
        }

        return lines;
    }
}
