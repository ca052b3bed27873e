using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A comparison that includes or excludes its bound by mistake, or looks the wrong way.</summary>
internal sealed class Comparisons : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is not TokenKind.Sign || !site.IsBinary || IsBracket(site))
            return [];
        return Others(site.Token.Text).Select((other, index) => site.Replace(other, (index is 0 ? 1.0 : index is 1 ? 0.7 : 0.4) * (site.Clues.OffByOne ? 1.3 : 1)));
    }

    private static string[] Others(string sign) => sign switch
    {
        "<" => ["<=", ">", ">="],
        "<=" => ["<", ">=", ">"],
        ">" => [">=", "<", "<="],
        ">=" => [">", "<=", "<"],
        "==" => ["!=", ">=", "<="],
        "!=" => ["=="],
        "===" => ["!=="],
        "!==" => ["==="],
        _ => [],
    };

    /// <summary>Type arguments look like comparisons without spaces.</summary>
    private static bool IsBracket(Site site) => site.File.Dialect.Generics && site.Token.Text is "<" or ">" && !site.IsSpaced;
}
