using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>Two things in the wrong order: arguments, the sides of a difference, the branches of a choice.</summary>
internal sealed class Swaps : IFault
{
    public IEnumerable<Candidate> At(Site site) => site.Token switch
    {
        { Kind: TokenKind.Sign, Text: "(" } when site.Before is { } callee && callee.IsName() => Arguments(site),
        { Kind: TokenKind.Sign, Text: "-" or "/" or "%" or "+" } when site.IsBinary => Sides(site),
        { Kind: TokenKind.Sign, Text: "?" } => Branches(site),
        _ => [],
    };

    private static IEnumerable<Candidate> Arguments(Site site)
    {
        var tokens = site.File.Tokens;
        var close = Outline.Close(tokens, site.Index);
        if (IsDeclaration(tokens, site.Index, close))
            yield break;
        var commas = Commas(tokens, site.Index, close);
        var starts = commas.Select(comma => comma + 1).Prepend(site.Index + 1).ToArray();
        var ends = commas.Select(comma => comma - 1).Append(close - 1).ToArray();
        for (var index = 0; index + 1 < starts.Length; index++)
        {
            var (first, second) = (index, index + 1);
            if (ends[first] < starts[first] || ends[second] < starts[second])
                continue;
            var (left, right) = (site.Code(tokens[starts[first]], tokens[ends[first]]), site.Code(tokens[starts[second]], tokens[ends[second]]));
            var between = site.File.Text[tokens[ends[first]].End..tokens[starts[second]].Start];
            if (left != right && left.Length + right.Length < 80 && !left.Contains('\n') && !right.Contains('\n'))
                yield return site.Replace(tokens[starts[first]], tokens[ends[second]], right + between + left, 0.45);
        }
    }

    /// <summary>Parameters are not arguments.</summary>
    private static bool IsDeclaration(ImmutableArray<Token> tokens, int open, int close) =>
        (open > 1 && tokens[open - 2].Kind is TokenKind.Word && tokens[open - 2].Text is not ("return" or "await" or "new" or "throw" or "else" or "in" or "and" or "or" or "not"))
        || (close + 1 < tokens.Length && tokens[close + 1].Text is "{" or "=>");

    private static List<int> Commas(ImmutableArray<Token> tokens, int open, int close)
    {
        var commas = new List<int>();
        var depth = 0;
        for (var index = open; index < close; index++)
        {
            if (tokens[index].Text is "(" or "[" or "{")
                depth++;
            else if (tokens[index].Text is ")" or "]" or "}")
                depth--;
            else if (depth is 1 && tokens[index].Is(","))
                commas.Add(index);
        }

        return commas;
    }

    private static IEnumerable<Candidate> Sides(Site site)
    {
        if (site.Token.Text is "+" && site.Clues.Mismatches.All(pair => double.TryParse(pair.Expected, out _)))
            yield break;
        if (site.Before is not { Kind: TokenKind.Word or TokenKind.Number or TokenKind.Text } left
            || site.After is not { Kind: TokenKind.Word or TokenKind.Number or TokenKind.Text } right
            || site.Near(-2)?.Text is "." or "->" || site.Near(2)?.Text is "." or "(" or "[" or "->" || left.Text == right.Text)
            yield break;
        yield return site.Replace(left, right, right.Text + site.File.Text[left.End..right.Start] + left.Text, 0.4);
    }

    private static IEnumerable<Candidate> Branches(Site site)
    {
        var tokens = site.File.Tokens;
        var depth = 0;
        var colon = -1;
        var end = -1;
        for (var index = site.Index + 1; index < tokens.Length && end < 0; index++)
        {
            if (tokens[index].Text is "(" or "[" or "{")
                depth++;
            else if (tokens[index].Text is ")" or "]" or "}" && --depth < 0 || depth is 0 && tokens[index].Text is ";" or ",")
                end = index - 1;
            else if (depth is 0 && tokens[index].Is("?"))
                yield break;
            else if (depth is 0 && tokens[index].Is(":") && colon < 0)
                colon = index;
        }

        if (colon <= site.Index + 1 || end <= colon || tokens[end].Line - site.Token.Line > 3)
            yield break;
        var (yes, no) = (site.Code(tokens[site.Index + 1], tokens[colon - 1]), site.Code(tokens[colon + 1], tokens[end]));
        yield return site.Replace(tokens[site.Index + 1], tokens[end], $"{no} : {yes}", 0.5);
    }
}
