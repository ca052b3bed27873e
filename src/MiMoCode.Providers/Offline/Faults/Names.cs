using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>The right kind of thing under the wrong name: a neighbour's variable, or the opposite of what was meant.</summary>
internal sealed class Names : IFault
{
    private const int MostNeighbours = 10;
    private const int Around = 40;

    /// <summary>A name that its function introduces and never uses is likely to be missing somewhere.</summary>
    private const double Unused = 0.3;

    /// <summary>So is one of two that stand where one would do.</summary>
    private const double Twice = 0.5;

    private static readonly (string One, string Other)[] Opposites =
    [
        ("min", "max"), ("start", "end"), ("begin", "end"), ("first", "last"), ("left", "right"), ("top", "bottom"), ("floor", "ceil"),
        ("low", "high"), ("lo", "hi"), ("upper", "lower"), ("head", "tail"), ("push", "unshift"), ("pop", "shift"), ("prev", "next"),
        ("before", "after"), ("width", "height"), ("row", "col"), ("rows", "cols"), ("row", "column"), ("indexOf", "lastIndexOf"),
        ("startsWith", "endsWith"), ("some", "every"), ("any", "all"), ("add", "remove"), ("Add", "Remove"), ("floor", "round"),
        ("ceil", "round"), ("day", "month"), ("month", "year"), ("hours", "minutes"), ("minutes", "seconds"), ("source", "target"),
        ("src", "dst"), ("from", "to"), ("append", "prepend"), ("key", "value"), ("open", "close"), ("break", "continue"), ("ltrim", "rtrim"),
        ("slice", "splice"), ("lstrip", "rstrip"), ("num", "den"), ("keys", "values"), ("Ceiling", "Floor"), ("Any", "All"),
    ];

    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is not TokenKind.Word)
            return [];
        return Opposite(site).Concat(Neighbours(site)).Concat(Missing(site));
    }

    private static IEnumerable<Candidate> Opposite(Site site)
    {
        if (IsDeclared(site))
            yield break;
        foreach (var (one, other) in Opposites)
        {
            foreach (var (from, to) in ((string, string)[])[(one, other), (other, one)])
            {
                if (Swap(site.Token.Text, from, to) is { } name && name != site.Token.Text && IsKnown(site, name, from))
                    yield return site.Replace(name, 0.45);
            }
        }
    }

    /// <summary>A library's name is taken on trust where the whole word turns; any other name must occur in the file.</summary>
    private static bool IsKnown(Site site, string name, string from) =>
        site.File.Tokens.Any(token => token.Kind is TokenKind.Word && token.Text == name)
        || (site.Token.Text == from && (site.Before?.Text is "." || from is "break" or "continue"))
        || (site.Before?.Text is "." && site.Token.Text.Contains("pper", StringComparison.Ordinal) | site.Token.Text.Contains("ower", StringComparison.Ordinal));

    /// <summary>The name with one of its words replaced, in the word's own case; null when the word is not in it.</summary>
    private static string? Swap(string name, string from, string to)
    {
        if (name == from)
            return to;
        var (capitalFrom, capitalTo) = (Capital(from), Capital(to));
        var at = name.IndexOf(capitalFrom, StringComparison.Ordinal);
        if (at >= 0 && (at + from.Length == name.Length || !char.IsLower(name[at + from.Length])))
            return name[..at] + capitalTo + name[(at + from.Length)..];
        if (name.StartsWith(from, StringComparison.Ordinal) && (char.IsUpper(name[from.Length]) || name[from.Length] is '_'))
            return to + name[from.Length..];
        return name.EndsWith("_" + from, StringComparison.Ordinal) ? name[..^from.Length] + to : null;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>A name that the report says is defined nowhere takes the place of one that stands where names are introduced.</summary>
    private static IEnumerable<Candidate> Missing(Site site) =>
        site.Token.IsName() && site.Before is { Text: "(" or "," or "var" or "let" or "const" } && site.After is { Text: ")" or "," or "=" or ";" }
            ? site.Clues.UndefinedNames.Select(name => site.Replace(name, 1.0)) : [];

    /// <summary>Other plain names of the same function, the nearest first.</summary>
    private static IEnumerable<Candidate> Neighbours(Site site)
    {
        if (!IsVariable(site.File, site.Index) || IsDeclared(site))
            return [];
        var here = site;
        var function = site.File.FunctionAt(site.Token.Line);
        var suspicious = IsTwice(site) ? Twice : 0;
        var first = function?.FirstToken + 1 ?? Math.Max(0, site.Index - Around);
        var last = function?.LastToken ?? Math.Min(site.File.Tokens.Length - 1, site.Index + Around);
        return Enumerable.Range(first, Math.Max(0, last - first + 1))
            .Where(index => IsVariable(here.File, index))
            .GroupBy(index => here.File.Tokens[index].Text)
            .Where(group => group.Key != here.Token.Text)
            .OrderBy(group => group.Min(index => Math.Abs(index - here.Index)))
            .Take(MostNeighbours)
            .Select((group, rank) => here.Replace(group.Key, 0.35 - (0.02 * rank) + suspicious + (function is not null && group.Count() is 1 ? Unused : 0)));
    }

    /// <summary>The same name on both sides of an operator or a comma, as in <c>high - high</c>.</summary>
    private static bool IsTwice(Site site) => IsSame(site, -1) || IsSame(site, 1);

    private static bool IsSame(Site site, int side) =>
        site.Near(side) is { Kind: TokenKind.Sign } sign && sign.Text is not ("." or "(" or ")" or "[" or "]" or ";" or "{" or "}" or "=" or "*" or "+")
        && site.Near(2 * side)?.Text == site.Token.Text && site.Near(3 * side)?.Text is not ("." or "(" or "[" or "++" or "--");

    private static bool IsVariable(SourceFile file, int index)
    {
        var token = file.Tokens[index];
        if (!token.IsName() || char.IsUpper(token.Text[0]))
            return false;
        var before = index > 0 ? file.Tokens[index - 1] : default;
        var after = index + 1 < file.Tokens.Length ? file.Tokens[index + 1] : default;
        return before.Text is not ("." or "->" or "::" or "?." or "function" or "def" or "new" or "class")
            && after.Text is not ("(" or "::" or "=>") && !(after.Is(":") && before.Text is "{" or ",");
    }

    /// <summary>The place where a name is introduced must keep it.</summary>
    private static bool IsDeclared(Site site) =>
        site.Before is { Kind: TokenKind.Word } before && (before.IsName() || Introduces(before.Text))
        || site.Before is { Kind: TokenKind.Sign, Text: "*" } && site.Near(-2) is { Kind: TokenKind.Word } type && !type.IsName();

    private static bool Introduces(string word) =>
        word is "var" or "let" or "const" or "function" or "def" or "class" or "int" or "long" or "char" or "float" or "double" or "bool"
            or "string" or "size_t" or "unsigned" or "void" or "mut" or "fn" or "func" or "struct" or "enum" or "record";
}
