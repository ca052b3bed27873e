using System.Collections.Immutable;

namespace MiMoCode.Providers.Offline.Code;

/// <summary>
/// Cuts code into tokens and leaves out comments and white space. It knows no grammar; where a language is odd the tokens are
/// merely less useful, never wrong in their offsets.
/// </summary>
internal ref struct Lexer(string code, Dialect dialect)
{
    private static readonly string[] LongSigns =
    [
        ">>>=", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.",
        "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**", "->", "::", ":=", "//",
    ];

    private readonly ImmutableArray<Token>.Builder tokens = ImmutableArray.CreateBuilder<Token>();
    private int at;
    private int line;

    /// <summary>All tokens of the code, in order.</summary>
    public static ImmutableArray<Token> Read(string code, Dialect dialect)
    {
        var lexer = new Lexer(code, dialect);
        while (lexer.at < code.Length)
            lexer.Next();
        return lexer.tokens.ToImmutable();
    }

    private void Next()
    {
        if (char.IsWhiteSpace(code[at]))
            Skip(1);
        else if (CommentLength() is > 0 and var comment)
            Skip(comment);
        else if (IsWordStart(code[at]))
            Take(TokenKind.Word, Run(static c => char.IsLetterOrDigit(c) || c is '_' or '$'));
        else if (char.IsAsciiDigit(code[at]))
            Take(TokenKind.Number, NumberLength());
        else if (dialect.Quotes.Contains(code[at]))
            Take(TokenKind.Text, TextLength());
        else if (code[at] is '/' && dialect.RegexLiterals && RegexMayStart() && RegexLength() is > 1 and var regex)
            Take(TokenKind.Regex, regex);
        else
            Take(TokenKind.Sign, SignLength());
    }

    private void Take(TokenKind kind, int length)
    {
        tokens.Add(new Token(kind, code.Substring(at, length), at, line));
        Skip(length);
    }

    private void Skip(int length)
    {
        line += code.AsSpan(at, length).Count('\n');
        at += length;
    }

    private readonly ReadOnlySpan<char> Rest => code.AsSpan(at);

    private readonly int CommentLength()
    {
        if (dialect.BlockComments && Rest.StartsWith("/*"))
            return Rest[2..].IndexOf("*/") is >= 0 and var end ? end + 4 : Rest.Length;
        foreach (var start in dialect.LineComments)
        {
            if (Rest.StartsWith(start))
                return LineLength();
        }

        return 0;
    }

    private readonly int LineLength() => Rest.IndexOf('\n') is >= 0 and var end ? end : Rest.Length;

    private static bool IsWordStart(char c) => char.IsLetter(c) || c is '_' or '$' or '@';

    private readonly int Run(Func<char, bool> belongs)
    {
        var end = at + 1;
        while (end < code.Length && belongs(code[end]))
            end++;
        return end - at;
    }

    private readonly int NumberLength()
    {
        var end = at + 1;
        while (end < code.Length && (char.IsLetterOrDigit(code[end]) || code[end] is '_' || IsPoint(end)))
            end++;
        return end - at;
    }

    /// <summary>A point inside a number, but not the two points of a range.</summary>
    private readonly bool IsPoint(int index) => code[index] is '.' && index + 1 < code.Length && char.IsAsciiDigit(code[index + 1]);

    private readonly int TextLength()
    {
        var quote = code[at];
        if (dialect.TripleQuotes && at + 2 < code.Length && code[at + 1] == quote && code[at + 2] == quote)
        {
            var close = new string(quote, 3);
            return Rest[3..].IndexOf(close) is >= 0 and var found ? found + 6 : Rest.Length;
        }

        for (var end = at + 1; end < code.Length; end++)
        {
            if (code[end] is '\\')
                end++;
            else if (code[end] == quote)
                return end + 1 - at;
            else if (code[end] is '\n' && quote is not '`')
                return 1;
        }

        return 1;
    }

    private readonly bool RegexMayStart()
    {
        if (tokens.Count is 0)
            return true;
        var before = tokens[^1];
        return before.Kind is TokenKind.Sign
            ? before.Text is not (")" or "]" or "}" or "++" or "--")
            : before.Kind is TokenKind.Word && before.Text is "return" or "typeof" or "case" or "in" or "of" or "when" or "if" or "unless";
    }

    private readonly int RegexLength()
    {
        var inClass = false;
        for (var end = at + 1; end < code.Length && code[end] is not '\n'; end++)
        {
            if (code[end] is '\\')
                end++;
            else if (code[end] is '[')
                inClass = true;
            else if (code[end] is ']')
                inClass = false;
            else if (code[end] is '/' && !inClass)
            {
                end++;
                while (end < code.Length && char.IsAsciiLetter(code[end]))
                    end++;
                return end - at;
            }
        }

        return 0;
    }

    private readonly int SignLength()
    {
        foreach (var sign in LongSigns)
        {
            if (Rest.StartsWith(sign))
                return sign.Length;
        }

        return 1;
    }
}
