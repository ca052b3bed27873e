using System.Text;

namespace MiMoCode.Engine.Foundation.Text;

/// <summary>Levels that look for the old text in a folded copy of the file, where what the level overlooks is equal.</summary>
internal static class FoldedMatches
{
    /// <summary>Runs of blanks count as one; blanks at the ends of lines and of the old text do not count.</summary>
    public static List<LooseMatch> BlankRuns(string text, string wanted, string given)
    {
        var needle = FoldBlanks(wanted).Text.Trim(' ');
        if (needle.Length == 0)
            return [];
        var (folded, places) = FoldBlanks(text);
        var (openStart, openEnd) = (TextLines.Blanks.Contains(wanted[0]), TextLines.Blanks.Contains(wanted[^1]));
        var bare = openStart ? given.TrimStart(' ', '\t') : given;
        bare = openEnd ? bare.TrimEnd(' ', '\t') : bare;
        var found = Find(folded, needle, (at, length) =>
            new LooseMatch(places[at], places[at + length - 1] + 1 - places[at], bare));

        // Where the old text had a blank, the file may have none, but no word may go on there.
        found.RemoveAll(match =>
            (openStart && match.Start > 0 && IsWord(text[match.Start - 1])) ||
            (openEnd && match.Start + match.Length < text.Length && IsWord(text[match.Start + match.Length])));
        return found;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    /// <summary>The old text was escaped once too often; the new text is unescaped the same way.</summary>
    public static List<LooseMatch> Escapes(string text, string wanted, string given)
    {
        var kinds = new HashSet<char>();
        var needle = Unescape(wanted, kind => kinds.Add(kind) || true);
        if (kinds.Count == 0 || string.IsNullOrWhiteSpace(needle))
            return [];
        var replacement = Unescape(given, kinds.Contains);
        return Find(text, needle, (at, length) => new LooseMatch(at, length, replacement));
    }

    /// <summary>Typographic dashes, quotes and spaces count as their plain forms.</summary>
    public static List<LooseMatch> Punctuation(string text, string wanted, string given) =>
        Find(FoldPunctuation(text), FoldPunctuation(wanted), (at, length) => new LooseMatch(at, length, given));

    /// <summary>One character for one, so that places stay.</summary>
    public static string FoldPunctuation(string text) => string.Create(text.Length, text, (folded, source) =>
    {
        for (var i = 0; i < folded.Length; i++)
            folded[i] = Plain(source[i]);
    });

    private static char Plain(char c) => c switch
    {
        (>= '\u2010' and <= '\u2015') or '\u2212' or '\uFE58' or '\uFE63' or '\uFF0D' => '-',
        '\u2018' or '\u2019' or '\u201A' or '\u201B' or '\u2032' => '\'',
        '\u201C' or '\u201D' or '\u201E' or '\u201F' or '\u2033' or '\u00AB' or '\u00BB' => '"',
        '\u00A0' or (>= '\u2002' and <= '\u200A') or '\u202F' or '\u205F' or '\u3000' => ' ',
        _ => c,
    };

    private static List<LooseMatch> Find(string folded, string needle, Func<int, int, LooseMatch> match)
    {
        var found = new List<LooseMatch>();
        for (int at, from = 0; (at = folded.IndexOf(needle, from, StringComparison.Ordinal)) >= 0; from = at + 1)
            found.Add(match(at, needle.Length));
        return found;
    }

    private static (string Text, List<int> Places) FoldBlanks(string text)
    {
        var folded = new StringBuilder(text.Length);
        var places = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var blank = TextLines.Blanks.Contains(text[i]);
            if (blank && (folded.Length == 0 || folded[^1] is ' ' or '\n'))
                continue;
            if (text[i] == '\n' && folded.Length > 0 && folded[^1] == ' ')
            {
                folded.Length--;
                places.RemoveAt(places.Count - 1);
            }

            folded.Append(blank ? ' ' : text[i]);
            places.Add(i);
        }

        return (folded.ToString(), places);
    }

    private static string Unescape(string text, Func<char, bool> wants)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && Meaning(text[i + 1]) is { } meaning && wants(text[i + 1]))
            {
                plain.Append(meaning);
                i++;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }

    private static char? Meaning(char escaped) => escaped switch
    {
        'n' => '\n',
        't' => '\t',
        '"' or '\'' or '`' or '\\' or '$' => escaped,
        _ => null,
    };
}
