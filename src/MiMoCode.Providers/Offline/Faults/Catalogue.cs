using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>All families of mistakes that are known.</summary>
internal static class Catalogue
{
    private static readonly IFault[] Faults =
    [
        new Comparisons(), new Arithmetic(), new Connectives(), new Negations(), new Constants(), new Boundaries(), new Names(), new Swaps(),
        new Texts(), new Statements(), new Patterns(),
    ];

    /// <summary>Every repair of a file that differs from what it has, each once.</summary>
    public static IEnumerable<Candidate> Of(SourceFile file, Clues clues) =>
        Enumerable.Range(0, file.Tokens.Length)
            .Where(index => !IsImport(file, index) || IsMissing(file.Tokens[index], clues))
            .SelectMany(index => Faults.SelectMany(fault => fault.At(new Site(file, index, clues))))
            .Where(candidate => candidate.Replacement != candidate.Original)
            .DistinctBy(candidate => (candidate.Start, candidate.Length, candidate.Replacement));

    private static bool IsMissing(Token token, Clues clues) => token is { Kind: TokenKind.Text, Text.Length: > 2 } && clues.MissingModules.Contains(token.Text[1..^1]);

    private static bool IsImport(SourceFile file, int index)
    {
        var line = file.Lines[file.Tokens[index].Line].AsSpan().TrimStart();
        return line.StartsWith("import ") || line.StartsWith("from ") || line.StartsWith("using ") || line.StartsWith("#include")
            || line.StartsWith("package ") || line.StartsWith("'use strict'") || line.StartsWith("\"use strict\"") || line.Contains("require(", StringComparison.Ordinal);
    }
}
