using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A family of small mistakes and how to undo them at one token.</summary>
internal interface IFault
{
    /// <summary>The repairs at the token, if the mistake can be there.</summary>
    IEnumerable<Candidate> At(Site site);
}

/// <summary>A token in its file, what the tests said, and ways to look around.</summary>
internal readonly record struct Site(SourceFile File, int Index, Clues Clues)
{
    public Token Token => File.Tokens[Index];

    public Token? Before => Near(-1);

    public Token? After => Near(1);

    public Token? Near(int distance) =>
        Index + distance >= 0 && Index + distance < File.Tokens.Length ? File.Tokens[Index + distance] : null;

    /// <summary>Whether white space stands on both sides.</summary>
    public bool IsSpaced => HasSpaceBefore && HasSpaceAfter;

    /// <summary>Whether the token stands between two operands. Space before it alone, as in <c>char *name</c>, makes it a prefix.</summary>
    public bool IsBinary => EndsOperand(Before) && StartsOperand(After) && !(HasSpaceBefore && !HasSpaceAfter);

    /// <summary>The token becomes another text.</summary>
    public Candidate Replace(string text, double weight) => new(File, Token.Start, Token.Length(), text, weight);

    /// <summary>Everything from one token to another becomes another text.</summary>
    public Candidate Replace(Token first, Token last, string text, double weight) => new(File, first.Start, last.End - first.Start, text, weight);

    /// <summary>Text goes in behind a token.</summary>
    public Candidate InsertAfter(Token token, string text, double weight) => new(File, token.End, 0, text, weight);

    /// <summary>The code from one token to another, as it stands in the file.</summary>
    public string Code(Token first, Token last) => File.Text[first.Start..last.End];

    private bool HasSpaceBefore => Token.Start > 0 && char.IsWhiteSpace(File.Text[Token.Start - 1]);

    private bool HasSpaceAfter => Token.End < File.Text.Length && char.IsWhiteSpace(File.Text[Token.End]);

    private static bool EndsOperand(Token? token) =>
        token is { Kind: not TokenKind.Sign and not TokenKind.Word }
        || token is { Kind: TokenKind.Sign, Text: ")" or "]" or "}" }
        || token is { Kind: TokenKind.Word } word && word.Text is not ("return" or "case" or "in" or "of" or "typeof" or "yield" or "await" or "and" or "or" or "not");

    private static bool StartsOperand(Token? token) =>
        token is { Kind: not TokenKind.Sign } || token is { Kind: TokenKind.Sign, Text: "(" or "[" or "!" or "-" or "+" or "~" or "*" or "&" };
}

/// <summary>Short ways to speak of tokens.</summary>
internal static class TokenShapes
{
    public static int Length(this Token token) => token.Text.Length;

    /// <summary>A name that is not a keyword of any common language.</summary>
    public static bool IsName(this Token token) => token.Kind is TokenKind.Word && !Keywords.Contains(token.Text);

    private static readonly ImmutableHashSet<string> Keywords =
    [
        "if", "else", "for", "while", "do", "switch", "case", "break", "continue", "return", "function", "var", "let", "const", "new", "in",
        "of", "typeof", "instanceof", "class", "struct", "enum", "interface", "public", "private", "protected", "internal", "static", "void",
        "int", "long", "short", "char", "float", "double", "bool", "boolean", "string", "unsigned", "signed", "size_t", "def", "lambda", "and",
        "or", "not", "is", "None", "True", "False", "true", "false", "null", "nil", "undefined", "self", "this", "super", "import", "from",
        "as", "export", "default", "try", "catch", "except", "finally", "throw", "raise", "with", "pass", "elif", "yield", "await", "async",
        "foreach", "using", "namespace", "readonly", "sealed", "override", "abstract", "virtual", "out", "ref", "fn", "mut", "pub", "use",
        "impl", "trait", "match", "func", "package", "type", "go", "defer", "end", "then", "unless", "begin", "require", "delete", "goto",
        "sizeof", "extends", "implements", "where", "when", "record", "get", "set", "init", "var",
    ];
}
