using System.Globalization;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>A number that is one off, or a truth value the wrong way round.</summary>
internal sealed class Constants : IFault
{
    public IEnumerable<Candidate> At(Site site) => site.Token switch
    {
        { Kind: TokenKind.Number } => Numbers(site),
        { Kind: TokenKind.Word, Text: "true" } => [site.Replace("false", 0.8)],
        { Kind: TokenKind.Word, Text: "false" } => [site.Replace("true", 0.8)],
        { Kind: TokenKind.Word, Text: "True" } => [site.Replace("False", 0.8)],
        { Kind: TokenKind.Word, Text: "False" } => [site.Replace("True", 0.8)],
        _ => [],
    };

    private const double Suspicious = 0.6;

    private static IEnumerable<Candidate> Numbers(Site site)
    {
        if (!long.TryParse(site.Token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > int.MaxValue)
            yield break;
        // Neighbours first; zero and one change places more often than they become two.
        var idle = IsIdle(site, number) ? Suspicious : 0;
        yield return site.Replace(Text(number is 0 ? 1 : number - 1), 0.8 + idle);
        if (number is not 0)
            yield return site.Replace(Text(number + 1), 0.7 + idle);
        if (IsWholeOperand(site))
            yield return site.Replace(number is 0 ? "-1" : "-" + site.Token.Text, 0.3);
        if (number > 2)
        {
            yield return site.Replace(Text(number * 10), 0.15);
            if (number % 10 is 0)
                yield return site.Replace(Text(number / 10), 0.2);
        }
    }

    /// <summary>A number that does nothing where it stands, as in <c>length - 0</c>: nobody writes that.</summary>
    private static bool IsIdle(Site site, long number) =>
        (number is 0 && site.Before?.Text is "+" or "-" && site.Before?.Start > 0 && new Site(site.File, site.Index - 1, site.Clues).IsBinary)
        || (number is 1 && site.Before?.Text is "*" or "/");

    private static bool IsWholeOperand(Site site) => site.Before is { Kind: TokenKind.Sign } before && before.Text is "(" or "," or "=" or "==" or "===" or "!==" or "!=" or "?" or ":";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
