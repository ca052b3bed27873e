using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A <c>return</c> that was forgotten, or a jump that should be another.</summary>
internal sealed class Statements : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.IsWord("break"))
            return [site.Replace("continue", 0.4)];
        if (site.Token.IsWord("continue"))
            return [site.Replace("break", 0.4)];
        return StartsStatement(site) && EndsFunction(site) ? [new Candidate(site.File, site.Token.Start, 0, "return ", 0.6)] : [];
    }

    private static bool StartsStatement(Site site) =>
        site.Token.IsName() && (site.Before is not { } before || before.Line < site.Token.Line)
        && site.Before?.Text is "{" or "}" or ";" or ":" or ")"
        && site.After is { Kind: TokenKind.Sign } after && after.Text is "(" or "." or "[" or "+" or "-" or "*" or "/" or ";" or "?";

    /// <summary>The statement is the last one of its function.</summary>
    private static bool EndsFunction(Site site)
    {
        if (site.File.FunctionAt(site.Token.Line) is not { } function)
            return false;
        var code = site.File.Lines;
        for (var line = site.Token.Line + 1; line < function.LastLine; line++)
        {
            if (code[line].Trim() is not ("" or ")" or ");" or "})" or "});"))
                return false;
        }

        return site.Token.Line <= function.LastLine;
    }
}
