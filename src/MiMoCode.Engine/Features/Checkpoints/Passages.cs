namespace MiMoCode.Engine.Features.Checkpoints;

/// <summary>A piece of a text that says one thing, and what it stands under: the headings of its block, or nothing.</summary>
internal readonly record struct Passage(int Start, int Length, string Heading = "");

/// <summary>
/// Takes texts apart into what can be held against each other: what people say into sentences, what tools show into lines. A line of a
/// block is about what the block is headed by: a section of settings, a key above indented lines, the first row of a table.
/// </summary>
internal static class Passages
{
    private const int Longest = 400;
    private const int Shortest = 8;
    private const int ShortestWord = 2;
    private const char FirstIdeograph = '\u2E80';
    private const int LongestHeading = 120;
    private const int MostHeaded = 60;
    private const int OfRows = int.MinValue;

    /// <summary>The sentences of what somebody said, line by line.</summary>
    public static IEnumerable<Passage> Sentences(string text)
    {
        foreach (var (start, end) in LinesOf(text))
        {
            foreach (var sentence in Sentences(text, start, end))
                yield return sentence;
        }
    }

    /// <summary>The lines of an output, without the numbers that a tool has put before them; the sentences of long ones.</summary>
    public static IEnumerable<Passage> Lines(string text)
    {
        var (numbered, block, row) = (IsNumbered(text), new Block(), "");
        foreach (var (from, end) in LinesOf(text))
        {
            var start = numbered ? AfterNumber(text, from, end) : from;
            var line = Trim(text, start, end);
            if (line.Length is 0)
                continue;
            var isRow = text[line.Start] is '|';
            var heading = block.HeadingOf(line.Start - start, isRow, text.AsSpan(line.Start, line.Length));
            if (line.Length is >= Shortest and <= Longest)
                yield return new Passage(line.Start, line.Length, heading);
            else if (line.Length > Longest)
            {
                foreach (var sentence in Sentences(text, line.Start, end))
                    yield return sentence;
            }

            block.Take(text.AsSpan(line.Start, line.Length), line.Start - start, row);
            row = isRow && line.Length <= LongestHeading ? text.Substring(line.Start, line.Length) : "";
        }
    }

    /// <summary>What the line in hand stands under.</summary>
    private sealed class Block
    {
        private readonly Stack<(int Indent, string Text)> headings = new();
        private int left;
        private bool ofSettings;

        public string HeadingOf(int indent, bool isRow, ReadOnlySpan<char> line)
        {
            if (left-- <= 0 || IsSection(line) || (ofSettings && !IsSetting(line)))
                headings.Clear();
            while (headings.TryPeek(out var top) && (top.Indent is OfRows ? !isRow : indent <= top.Indent))
                headings.Pop();
            return headings.TryPeek(out var above) ? above.Text : "";
        }

        public void Take(ReadOnlySpan<char> line, int indent, string rowBefore)
        {
            if (rowBefore.Length > 0 && line.Length > 2 && !line.ContainsAnyExcept("|-: "))
                Push(OfRows, rowBefore);
            else if (line.Length <= LongestHeading && (IsSection(line) || (line[^1] is ':' or '{' && line.ContainsAnyInRange('a', 'z'))))
                Push(IsSection(line) ? indent - 1 : indent, line.ToString());
        }

        private void Push(int indent, string text)
        {
            var above = headings.TryPeek(out var top) && top.Text.Length + text.Length <= LongestHeading ? top.Text + " " : "";
            headings.Push((indent, above + text));
            (left, ofSettings) = (MostHeaded, text[0] is '[');
        }

        private static bool IsSetting(ReadOnlySpan<char> line) =>
            line[0] is '#' or ';' or '"' || (char.IsLetter(line[0]) && line.IndexOfAny('=', ':') is > 0 and var at && line[..at].Count(' ') <= 1 && !line[..at].ContainsAny("([{"));

        // It heads all that follows, up to the next one.
        private static bool IsSection(ReadOnlySpan<char> line) => line.ContainsAnyInRange('a', 'z')
            && ((line[0] is '[' && line[^1] is ']' && !line.Contains(',')) || (line[0] is '#' && line.TrimStart('#') is [' ', ..]));
    }

    private static IEnumerable<(int Start, int End)> LinesOf(string text)
    {
        for (var (start, next) = (0, 0); start < text.Length; start = next)
        {
            var end = text.IndexOf('\n', start) is var found && found < 0 ? text.Length : found;
            next = end + 1;
            yield return (start, end);
        }
    }

    private static IEnumerable<Passage> Sentences(string text, int start, int end)
    {
        for (var (next, begin) = (start, start); next < end; next++)
        {
            var isEnd = Ends(text, begin, next, end);
            if (!isEnd && next + 1 < end && next + 1 - begin < Longest)
                continue;
            var (from, length) = Trim(text, begin, next + 1);
            if (length >= Shortest)
                yield return new Passage(from, length);
            begin = next + 1;
        }
    }

    // A dot ends a sentence when a space follows it and a word stands before it that is no abbreviation.
    private static bool Ends(string text, int begin, int at, int end)
    {
        if (text[at] is '。' or '！' or '？' or '；')
            return true;
        if (text[at] is not ('.' or '!' or '?') || at + 1 >= end || !char.IsWhiteSpace(text[at + 1]))
            return false;
        var word = at;
        while (word > begin && !char.IsWhiteSpace(text[word - 1]))
            word--;
        var length = at - word;
        var next = text.AsSpan(at + 1, end - at - 1).TrimStart();
        return text[at] is not '.' || char.IsDigit(text[at - 1]) || text[at - 1] >= FirstIdeograph
            || (length >= ShortestWord && !text.AsSpan(word, length).Contains('.') && (length > ShortestWord || next is not [>= '0' and <= '9', ..]));
    }

    /// <summary>True when the first lines bear ascending numbers, as a file that was read does.</summary>
    private static bool IsNumbered(string text)
    {
        long? before = null;
        foreach (var (start, end) in LinesOf(text).Take(2))
        {
            var after = AfterNumber(text, start, end);
            if (after == start || !long.TryParse(text.AsSpan(start..after).Trim().TrimEnd(':'), out var number) || number != (before + 1 ?? number))
                return false;
            before = number;
        }

        return before is not null;
    }

    private static int AfterNumber(string text, int start, int end)
    {
        var at = start;
        while (at < end && text[at] is ' ')
            at++;
        var digits = at;
        while (at < end && char.IsAsciiDigit(text[at]))
            at++;
        return at == digits || at >= end ? start : text[at] is '\t' ? at + 1 : text[at] is ':' && at + 1 < end && text[at + 1] is ' ' ? at + 2 : start;
    }

    private static (int Start, int Length) Trim(string text, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (end > start && char.IsWhiteSpace(text[end - 1]))
            end--;
        return (start, end - start);
    }
}
