using System.Collections.Immutable;

namespace MiMoCode.Providers.Offline.Code;

/// <summary>A file of code with its tokens and functions, worked out once for each text.</summary>
internal sealed class SourceFile(string path, string text, Dialect dialect)
{
    private ImmutableArray<Token>? tokens;
    private ImmutableArray<Function>? functions;
    private string[]? lines;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public Dialect Dialect { get; } = dialect;

    public ImmutableArray<Token> Tokens => tokens ??= Lexer.Read(Text, Dialect);

    public ImmutableArray<Function> Functions => functions ??= Outline.Read(this);

    public string[] Lines => lines ??= Text.Split('\n');

    /// <summary>The same file after an edit.</summary>
    public SourceFile With(string newText) => new(Path, newText, Dialect);

    /// <summary>The innermost function that holds a line (from 0); null at the top of the file.</summary>
    public Function? FunctionAt(int line) =>
        Functions.Where(function => function.FirstLine <= line && line <= function.LastLine)
            .OrderBy(function => function.LastLine - function.FirstLine)
            .FirstOrDefault();
}

/// <summary>A function: its name, where its header starts and its body ends, as tokens and as lines (from 0).</summary>
internal sealed record Function(string Name, int FirstToken, int LastToken, int FirstLine, int LastLine);
