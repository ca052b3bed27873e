using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>The wrong operator between two numbers.</summary>
internal sealed class Arithmetic : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is not TokenKind.Sign)
            return [];
        if (site.Token.Text is "++" or "--")
            return [site.Replace(site.Token.Text is "++" ? "--" : "++", 0.5)];
        if (site.Token.Text is "+" && (site.Before?.Kind is TokenKind.Text || site.After?.Kind is TokenKind.Text))
            return [];
        return site.IsBinary || site.Token.Text.EndsWith('=') ? Others(site).Select((other, index) => site.Replace(other, index > 0 ? 0.3 : IsOfBits(site.Token.Text) ? 0.4 : 0.9)) : [];
    }

    private static bool IsOfBits(string sign) => sign is "&" or "|" or "^" or "<<" or ">>" or ">>>";

    private static string[] Others(Site site) => site.Token.Text switch
    {
        "+" => ["-", "*", "/"],
        "-" => ["+", "*", "/"],
        "*" => site.File.Dialect.Indented ? ["/", "//", "+"] : ["/", "%", "+", "-"],
        "/" => site.File.Dialect.Indented ? ["//", "*", "%"] : ["*", "%"],
        "//" => ["/", "%", "*"],
        "%" => ["/", "*"],
        "**" => ["*"],
        "+=" => ["-=", "="],
        "-=" => ["+=", "="],
        "*=" => ["/="],
        "/=" => ["*="],
        "&" => ["|"],
        "|" => ["&"],
        "^" => ["|", "&"],
        "<<" => [">>"],
        ">>" => ["<<", ">>>"],
        ">>>" => ["<<"],
        _ => [],
    };
}
