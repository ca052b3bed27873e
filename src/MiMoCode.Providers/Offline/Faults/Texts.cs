using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Faults;

/// <summary>
/// A text that the tests expect in other words: the difference between what came and what was expected, put into the literal. Or a
/// misspelt one: one letter away from a word that the project knows.
/// </summary>
internal sealed class Texts : IFault
{
    public IEnumerable<Candidate> At(Site site)
    {
        if (site.Token.Kind is not TokenKind.Text || site.Token.Text.Length < 2)
            return [];
        var inner = site.Token.Text[1..^1];
        var quote = site.Token.Text[0];
        return ByMismatch(site.Clues, inner).Select(text => (Text: text, Weight: 1.2)).Concat(Common(inner).Select(text => (Text: text, Weight: 0.25)))
            .Concat(site.Clues.Vocabulary.Near(inner).Take(3).Select((text, rank) => (Text: text, Weight: 0.7 - (0.2 * rank))))
            .Where(change => change.Text != inner && change.Text.IndexOf(quote) < 0 && change.Text.IndexOf('\n') < 0)
            .DistinctBy(change => change.Text)
            .Select(change => site.Replace($"{quote}{change.Text}{quote}", change.Weight));
    }

    private static IEnumerable<string> ByMismatch(Clues clues, string inner)
    {
        foreach (var (expected, actual) in clues.Mismatches.Select(pair => (Unquoted(pair.Expected), Unquoted(pair.Actual))))
        {
            if (expected.Length is 0 && actual.Length is 0 || expected == actual || expected.Length > 400 || actual.Length > 400)
                continue;
            if (inner == actual)
                yield return expected;
            // The smallest stretch that differs, and then with a growing part of what surrounds it.
            var prefix = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
            var shortest = Math.Min(expected.Length, actual.Length) - prefix;
            var suffix = expected.Reverse().Zip(actual.Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
            suffix = Math.Min(suffix, shortest);
            for (var around = 8; around >= 0; around--)
            {
                var (left, right) = (Math.Min(around, prefix), Math.Min(around, suffix));
                var wrong = actual[(prefix - left)..(actual.Length - suffix + right)];
                var wanted = expected[(prefix - left)..(expected.Length - suffix + right)];
                if (wrong.Length > 0 && inner.Contains(wrong, StringComparison.Ordinal))
                {
                    yield return Replaced(inner, wrong, wanted);
                    break;
                }
            }
        }
    }

    private static string Replaced(string text, string wrong, string wanted)
    {
        var at = text.IndexOf(wrong, StringComparison.Ordinal);
        return text[..at] + wanted + text[(at + wrong.Length)..];
    }

    private static IEnumerable<string> Common(string inner) => inner switch
    {
        "" => [" "],
        " " => [""],
        "," => [", "],
        ", " => [","],
        "-" => ["_", ""],
        "_" => ["-"],
        "/" => [""],
        _ => [],
    };

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] == value[^1] && value[0] is '"' or '\'' or '`' ? value[1..^1] : value;
}
