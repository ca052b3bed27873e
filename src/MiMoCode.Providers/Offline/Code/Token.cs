namespace MiMoCode.Providers.Offline.Code;

/// <summary>What a token is, as far as small repairs care.</summary>
internal enum TokenKind
{
    /// <summary>A name or a keyword.</summary>
    Word,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text with its quotes.</summary>
    Text,

    /// <summary>A regular expression between slashes.</summary>
    Regex,

    /// <summary>An operator, a bracket or a separator.</summary>
    Sign,
}

/// <summary>A piece of code: its text, where it starts, and its line (from 0).</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int Line)
{
    /// <summary>The offset behind its last character.</summary>
    public int End => Start + Text.Length;

    /// <summary>Whether it is this operator, bracket or separator.</summary>
    public bool Is(string sign) => Kind is TokenKind.Sign && Text == sign;

    /// <summary>Whether it is this word.</summary>
    public bool IsWord(string word) => Kind is TokenKind.Word && Text == word;
}
