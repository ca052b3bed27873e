namespace MiMoCode.Engine.Foundation.Text;

/// <summary>The lines of a text with \n endings, as places in it; a final \n ends the last line and begins none.</summary>
internal sealed class TextLines
{
    private readonly string text;
    private readonly List<int> starts = [];

    public TextLines(string text)
    {
        this.text = text;
        for (var from = 0; from < text.Length;)
        {
            starts.Add(from);
            var at = text.IndexOf('\n', from);
            from = at < 0 ? text.Length : at + 1;
        }
    }

    public int Count => starts.Count;

    public bool EndsWithNewline => text.EndsWith('\n');

    public ReadOnlySpan<char> this[int line] => text.AsSpan(starts[line], End(line) - starts[line]);

    public int Start(int line) => starts[line];

    /// <summary>Where the line ends, before its newline.</summary>
    public int End(int line)
    {
        var next = line + 1 < starts.Count ? starts[line + 1] : text.Length;
        return next > starts[line] && text[next - 1] == '\n' ? next - 1 : next;
    }

    /// <summary>Where the line ends, after its newline if it has one.</summary>
    public int EndWithNewline(int line) => line + 1 < starts.Count ? starts[line + 1] : text.Length;

    public ReadOnlySpan<char> Indent(int line) => Indent(this[line]);

    public static ReadOnlySpan<char> Indent(ReadOnlySpan<char> line) => line[..(line.Length - line.TrimStart(Blanks).Length)];

    public static ReadOnlySpan<char> Blanks => " \t";
}
