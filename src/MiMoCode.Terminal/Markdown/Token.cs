namespace MiMoCode.Terminal.Markdown;

/// <summary>Kinds of words in code; a theme colours each.</summary>
public enum Token
{
    /// <summary>Anything else.</summary>
    Text,

    /// <summary>Remarks.</summary>
    Comment,

    /// <summary>Words of the language.</summary>
    Keyword,

    /// <summary>Names that are called.</summary>
    Function,

    /// <summary>Names with a sigil.</summary>
    Variable,

    /// <summary>Strings.</summary>
    String,

    /// <summary>Numbers and constants.</summary>
    Number,

    /// <summary>Names of types.</summary>
    Type,

    /// <summary>Operators.</summary>
    Operator,

    /// <summary>Brackets, commas.</summary>
    Punctuation,
}
