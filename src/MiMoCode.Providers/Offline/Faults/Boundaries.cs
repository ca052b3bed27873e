using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>One step too far or too short: a missing or a superfluous "plus one" or "minus one".</summary>
internal sealed class Boundaries : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is TokenKind.Sign && site.Token.Text is "+" or "-" && site.IsBinary
            && site.After is { Kind: TokenKind.Number, Text: "1" } one && site.Before is { } before)
            return [new Candidate(site.File, before.End, one.End - before.End, "", 0.8)];
        if (site.Token.Kind is not TokenKind.Word || !site.Token.IsName() || site.After is not { Kind: TokenKind.Sign })
            return [];
        var weight = IsBound(site) ? 0.5 : IsOperand(site) ? 0.25 : 0;
        return weight is 0 ? [] : [site.InsertAfter(site.Token, " - 1", weight), site.InsertAfter(site.Token, " + 1", weight)];
    }

    /// <summary>A name alone as an argument, a side of a sum or a difference, or a branch.</summary>
    private static bool IsOperand(Site site) =>
        site.Before is { Kind: TokenKind.Sign, Text: "(" or "," or "+" or "-" or "?" or ":" or "." or "+=" or "-=" }
        && site.After is { Kind: TokenKind.Sign, Text: ")" or "]" or ";" or "," or "+" or "-" or "<" or ">" or "<=" or ">=" };

    /// <summary>A name alone in an index, as an argument, behind a comparison, or returned; or a length.</summary>
    private static bool IsBound(Site site)
    {
        if (site.After is not { } after || after.Text is not (")" or "]" or ";" or "," or "&&" or "||" or ":"))
            return false;
        if (site.Token.Text is "length" or "Length" or "Count" or "size" or "len" or "count")
            return true;
        return site.Before is { } before && (before.Text is "<" or "<=" or ">" or ">=" or "[" or "return" or "=" || (before.Text is "," && after.Text is ")"));
    }
}
