namespace MiMoCode.Terminal.Markdown;

/// <summary>Colours code line by line; between lines it only remembers whether a remark or a string goes on.</summary>
/// <param name="language">The language; null for plain text.</param>
internal sealed class CodeLexer(Language? language)
{
    /// <summary>Longer lines are machine-made and stay plain.</summary>
    private const int LongestLine = 2000;

    private string? until;   // what ends the remark or string that is open

    private bool inString;

    /// <summary>The tokens of the next line.</summary>
    public IReadOnlyList<(string Text, Token Token)> Line(string line)
    {
        if (language is null || line.Length > LongestLine) return [(line, Token.Text)];
        var tokens = new List<(string, Token)>();
        for (var at = 0; at < line.Length;)
        {
            var (length, token) = until is null ? Next(line, at) : GoOn(line, at);
            Add(tokens, line.Substring(at, length), token);
            at += length;
        }

        if (until?.Length == 1 && until != "`") until = null;   // an ordinary string ends with its line
        return tokens;
    }

    /// <summary>The tokens of a line that is not whole yet; what is remembered stays.</summary>
    public IReadOnlyList<(string Text, Token Token)> Peek(string line)
    {
        var remembered = (until, inString);
        var tokens = Line(line);
        (until, inString) = remembered;
        return tokens;
    }

    private (int Length, Token Token) Next(string line, int at)
    {
        var rest = line.AsSpan(at);
        if (language!.BlockComment is var (begin, end) && rest.StartsWith(begin, StringComparison.Ordinal)) return Open(begin, end, false);
        foreach (var remark in language.Remarks)
        {
            var alone = remark is not ("#" or ";") || at == 0 || line[at - 1] is ' ' or '\t';
            if (alone && rest.StartsWith(remark, StringComparison.Ordinal)) return (rest.Length, Token.Comment);
        }

        foreach (var quote in language.Quotes)
        {
            if (rest.StartsWith(quote, StringComparison.Ordinal)) return Open(quote, quote, true);
        }

        return Word(line, at);
    }

    private (int, Token) Word(string line, int at)
    {
        var c = line[at];
        var end = at + 1;
        if (char.IsLetter(c) || c is '_' or '$' or '@')
        {
            while (end < line.Length && (char.IsLetterOrDigit(line[end]) || line[end] == '_')) end++;
            var word = line[at..end];
            if (language!.Words.Contains(word)) return (end - at, Token.Keyword);
            if (c is '$' or '@') return (end - at, Token.Variable);
            if (end < line.Length && line[end] == '(') return (end - at, Token.Function);
            return (end - at, char.IsUpper(c) && word.Any(char.IsLower) ? Token.Type : Token.Text);
        }

        if (char.IsAsciiDigit(c))
        {
            while (end < line.Length && (char.IsAsciiLetterOrDigit(line[end]) || line[end] is '.' or '_')) end++;
            return (end - at, Token.Number);
        }

        if (char.IsWhiteSpace(c)) return (1, Token.Text);
        return (1, "()[]{},;.".Contains(c, StringComparison.Ordinal) ? Token.Punctuation : char.IsAscii(c) ? Token.Operator : Token.Text);
    }

    private (int, Token) Open(string begin, string end, bool isString)
    {
        (until, inString) = (end, isString);
        return (begin.Length, isString ? Token.String : Token.Comment);
    }

    private (int, Token) GoOn(string line, int at)
    {
        var token = inString ? Token.String : Token.Comment;
        for (var i = at; i < line.Length; i++)
        {
            if (inString && line[i] == '\\') i++;
            else if (string.CompareOrdinal(line, i, until, 0, until!.Length) == 0)
            {
                var length = i + until.Length - at;
                until = null;
                return (length, token);
            }
        }

        return (line.Length - at, token);
    }

    private static void Add(List<(string Text, Token Token)> tokens, string text, Token token)
    {
        if (tokens.Count > 0 && tokens[^1].Token == token) tokens[^1] = (tokens[^1].Text + text, token);
        else tokens.Add((text, token));
    }
}
