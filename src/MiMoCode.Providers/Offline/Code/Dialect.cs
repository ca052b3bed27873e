namespace MiMoCode.Providers.Offline.Code;

/// <summary>What the lexer has to know about a family of languages. Everything else is alike enough for small repairs.</summary>
internal sealed record Dialect(string Name)
{
    /// <summary>Starts of comments that run to the end of the line.</summary>
    public string[] LineComments { get; init; } = ["//"];

    /// <summary>Comments between <c>/*</c> and <c>*/</c>.</summary>
    public bool BlockComments { get; init; } = true;

    /// <summary>Quotes of texts.</summary>
    public string Quotes { get; init; } = "\"'";

    /// <summary>Texts between three quotes.</summary>
    public bool TripleQuotes { get; init; }

    /// <summary>A slash may begin a regular expression.</summary>
    public bool RegexLiterals { get; init; }

    /// <summary>Blocks are made by indentation.</summary>
    public bool Indented { get; init; }

    /// <summary>Spells connectives as words: and, or, not.</summary>
    public bool WordConnectives { get; init; }

    /// <summary>A <c>&lt;</c> may open type arguments.</summary>
    public bool Generics { get; init; }

    private static readonly Dialect JavaScript = new("javascript") { Quotes = "\"'`", RegexLiterals = true };
    private static readonly Dialect TypeScript = JavaScript with { Name = "typescript", Generics = true };
    private static readonly Dialect C = new("c");
    private static readonly Dialect CSharp = new("csharp") { TripleQuotes = true, Generics = true };
    private static readonly Dialect Python = new("python")
    {
        LineComments = ["#"], BlockComments = false, TripleQuotes = true, Indented = true, WordConnectives = true,
    };

    private static readonly Dialect Ruby = new("ruby") { LineComments = ["#"], BlockComments = false, RegexLiterals = true, WordConnectives = true };
    private static readonly Dialect Lua = new("lua") { LineComments = ["--"], BlockComments = false, WordConnectives = true };
    private static readonly Dialect Go = new("go") { Quotes = "\"'`" };
    private static readonly Dialect Php = new("php") { LineComments = ["//", "#"] };

    /// <summary>The dialect of a file by its name; null when its code is not to be touched.</summary>
    public static Dialect? Of(string path) => path.EndsWith(".d.ts", StringComparison.OrdinalIgnoreCase) ? null : Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".js" or ".mjs" or ".cjs" or ".jsx" => JavaScript,
        ".ts" or ".mts" or ".cts" or ".tsx" => TypeScript,
        ".c" or ".h" => C,
        ".cc" or ".cpp" or ".cxx" or ".hpp" or ".hh" => C with { Name = "cpp", Generics = true },
        ".cs" => CSharp,
        ".java" or ".kt" or ".swift" or ".scala" or ".dart" => CSharp with { Name = "java" },
        ".rs" => C with { Name = "rust", Generics = true, Quotes = "\"" },
        ".go" => Go,
        ".py" => Python,
        ".rb" => Ruby,
        ".lua" => Lua,
        ".php" => Php,
        _ => null,
    };
}
