using System.Collections.Immutable;

namespace MiMoCode.Providers.Offline.Code;

/// <summary>Finds the functions of a file by the shapes that languages share: a name before parentheses before a body.</summary>
internal static class Outline
{
    private static readonly string[] Control =
        ["if", "for", "while", "switch", "catch", "foreach", "using", "lock", "fixed", "with", "match", "synchronized", "unless", "elif", "return"];

    public static ImmutableArray<Function> Read(SourceFile file) => file.Dialect.Indented ? ByIndentation(file) : ByBraces(file);

    private static ImmutableArray<Function> ByIndentation(SourceFile file)
    {
        var found = ImmutableArray.CreateBuilder<Function>();
        var tokens = file.Tokens;
        for (var index = 0; index + 1 < tokens.Length; index++)
        {
            if (!tokens[index].IsWord("def"))
                continue;
            var lastLine = BlockEnd(file.Lines, tokens[index].Line);
            var last = index;
            while (last + 1 < tokens.Length && tokens[last + 1].Line <= lastLine)
                last++;
            found.Add(new Function(tokens[index + 1].Text, index, last, tokens[index].Line, lastLine));
        }

        return found.ToImmutable();
    }

    private static int BlockEnd(string[] lines, int first)
    {
        var indent = Indent(lines[first]);
        var end = first;
        for (var line = first + 1; line < lines.Length; line++)
        {
            if (lines[line].Trim().Length is 0)
                continue;
            if (Indent(lines[line]) <= indent && !lines[line].TrimStart().StartsWith(')'))
                break;
            end = line;
        }

        return end;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static ImmutableArray<Function> ByBraces(SourceFile file)
    {
        var found = ImmutableArray.CreateBuilder<Function>();
        var tokens = file.Tokens;
        for (var index = 1; index < tokens.Length; index++)
        {
            var braces = tokens[index].Is("{");
            var arrow = tokens[index].Is("=>");
            if (!braces && !(arrow && index + 1 < tokens.Length && !tokens[index + 1].Is("{")))
                continue;
            if (Name(tokens, arrow || !tokens[index - 1].Is("=>") ? index - 1 : index - 2, arrow || tokens[index - 1].Is("=>")) is not var (name, first))
                continue;
            var last = braces ? Close(tokens, index) : ExpressionEnd(tokens, index + 1);
            found.Add(new Function(name, first, last, tokens[first].Line, tokens[last].Line));
        }

        return found.ToImmutable();
    }

    /// <summary>The name of the function whose header ends at a token, and the token that the header starts with.</summary>
    private static (string Name, int First)? Name(ImmutableArray<Token> tokens, int headerEnd, bool arrow)
    {
        var close = headerEnd;
        // Between parameters and body may stand a return type, const, throws …: a few words on the way back.
        for (var steps = 0; !arrow && close > 0 && !tokens[close].Is(")") && steps < 8; steps++, close--)
        {
            if (tokens[close].Kind is not TokenKind.Word && tokens[close].Text is not (":" or "." or "->" or "<" or ">" or "[" or "]" or "*" or "&" or "?"))
                return null;
        }

        if (close <= 0)
            return null;
        var open = tokens[close].Is(")") ? Open(tokens, close) : arrow && tokens[close].Kind is TokenKind.Word ? close : -1;
        if (open < 1)
            return null;
        var before = tokens[open - 1];
        if (before.Kind is TokenKind.Word && before.Text is not ("function" or "async" or "func" or "fn"))
            return Control.Contains(before.Text) ? null : (before.Text, open - 1);
        return Assigned(tokens, open - 1);
    }

    /// <summary>The name that a function without one is assigned to: <c>name = function (…)</c>, <c>name: (…) => …</c>.</summary>
    private static (string Name, int First)? Assigned(ImmutableArray<Token> tokens, int index)
    {
        while (index > 0 && (tokens[index].Text is "function" or "async" or "func" or "fn" or "*"))
            index--;
        return index > 0 && tokens[index].Text is "=" or ":" or ":=" && tokens[index - 1].Kind is TokenKind.Word
            ? (tokens[index - 1].Text, index - 1)
            : null;
    }

    /// <summary>The bracket that closes the one at a token.</summary>
    public static int Close(ImmutableArray<Token> tokens, int open)
    {
        var depth = 0;
        for (var index = open; index < tokens.Length; index++)
        {
            if (Opens(tokens[index]))
                depth++;
            else if (Closes(tokens[index]) && --depth is 0)
                return index;
        }

        return tokens.Length - 1;
    }

    /// <summary>The bracket that opens the one at a token; -1 when there is none.</summary>
    public static int Open(ImmutableArray<Token> tokens, int close)
    {
        var depth = 0;
        for (var index = close; index >= 0; index--)
        {
            if (Closes(tokens[index]))
                depth++;
            else if (Opens(tokens[index]) && --depth is 0)
                return index;
        }

        return -1;
    }

    private static int ExpressionEnd(ImmutableArray<Token> tokens, int start)
    {
        var depth = 0;
        for (var index = start; index < tokens.Length; index++)
        {
            if (Opens(tokens[index]))
                depth++;
            else if (Closes(tokens[index]) && --depth < 0)
                return index - 1;
            else if (depth is 0 && tokens[index].Text is ";" or ",")
                return index;
        }

        return tokens.Length - 1;
    }

    private static bool Opens(Token token) => token.Kind is TokenKind.Sign && token.Text is "(" or "[" or "{";

    private static bool Closes(Token token) => token.Kind is TokenKind.Sign && token.Text is ")" or "]" or "}";
}
