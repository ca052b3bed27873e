using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A "not" too many or one that is missing.</summary>
internal sealed class Negations : IFault
{
    public IEnumerable<Candidate> At(Site site) => site.Token switch
    {
        { Kind: TokenKind.Sign, Text: "!" } when site.After is { } next => [site.Replace(site.Token, next, next.Text, 0.9)],
        { Kind: TokenKind.Word, Text: "not" } when site.After is { Text: not "in" } next => [site.Replace(site.Token, next, next.Text, 0.9)],
        { Kind: TokenKind.Word, Text: "not" } when site.After is { } next => [site.Replace(site.Token, next, next.Text, 0.9)],
        { Kind: TokenKind.Word, Text: "if" or "while" or "elif" } => Condition(site),
        { Kind: TokenKind.Word, Text: "return" } => Result(site),
        { Kind: TokenKind.Sign, Text: "&&" or "||" or "?" } => Operand(site),
        _ => [],
    };

    private static IEnumerable<Candidate> Condition(Site site)
    {
        var tokens = site.File.Tokens;
        if (site.After is not { } first)
            yield break;
        if (first.Is("("))
        {
            var close = Outline.Close(tokens, site.Index + 1);
            var inner = site.File.Text[first.End..tokens[close].Start];
            // Turning a comparison round is the business of another family.
            if (!HasComparison(site, site.Index + 1, close))
                yield return site.Replace(first, tokens[close], inner.IndexOf(' ') < 0 && !inner.StartsWith('!') ? $"(!{inner})" : $"(!({inner}))", 0.8);
        }
        else if (site.File.Dialect.Indented && !first.IsWord("not"))
        {
            yield return site.InsertAfter(site.Token, " not", 0.7);
        }
    }

    private static IEnumerable<Candidate> Result(Site site)
    {
        if (!site.Clues.Truth || site.After is not { Kind: TokenKind.Word } first || first.Line != site.Token.Line)
            yield break;
        yield return site.InsertAfter(site.Token, site.File.Dialect.WordConnectives ? " not" : " !", 0.5);
    }

    /// <summary>A lone name or call before a connective.</summary>
    private static IEnumerable<Candidate> Operand(Site site)
    {
        if (site.Before is not { Kind: TokenKind.Word } name || site.Near(-2) is not { Kind: TokenKind.Sign, Text: "(" or "&&" or "||" or "=" })
            yield break;
        yield return site.Replace(name, name, $"!{name.Text}", 0.4);
    }

    private static bool HasComparison(Site site, int from, int to)
    {
        for (var index = from; index < to; index++)
        {
            if (site.File.Tokens[index].Text is "<" or ">" or "<=" or ">=" or "==" or "!=" or "===" or "!==" or "&&" or "||")
                return true;
        }

        return false;
    }
}
