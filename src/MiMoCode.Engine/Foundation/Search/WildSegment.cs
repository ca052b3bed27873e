namespace MiMoCode.Engine.Foundation.Search;

/// <summary>Matches one name against one pattern without slashes: *, ?, [a-z], [!a], [[:digit:]] and \x, as git does. Time is the product of the lengths.</summary>
internal static class WildSegment
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name, bool ignoreCase = false)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern, ref p, name[n], ignoreCase))
            {
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    /// <summary>Moves past the element of the pattern when it matches.</summary>
    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int at, char c, bool ignoreCase)
    {
        switch (pattern[at])
        {
            case '?':
                at++;
                return true;
            case '[':
                var end = at;
                if (MatchesSet(pattern, ref end, c, ignoreCase) is not true)
                    return false;
                at = end;
                return true;
            case '\\' when at + 1 < pattern.Length:
                if (!Same(pattern[at + 1], c, ignoreCase))
                    return false;
                at += 2;
                return true;
            default:
                if (!Same(pattern[at], c, ignoreCase))
                    return false;
                at++;
                return true;
        }
    }

    /// <summary>Where a set ends, behind its ]; -1 when it is never closed.</summary>
    public static int EndOfSet(ReadOnlySpan<char> pattern, int at) => MatchesSet(pattern, ref at, '\0', false) is null ? -1 : at;

    /// <summary>Moves behind the set. Null for one that is never closed or names an unknown class: it matches nothing, as in git.</summary>
    private static bool? MatchesSet(ReadOnlySpan<char> pattern, ref int at, char c, bool ignoreCase)
    {
        var i = at + 1;
        var negated = i < pattern.Length && pattern[i] is '!' or '^';
        i += negated ? 1 : 0;
        var found = false;
        char? before = null;
        for (var first = true; i < pattern.Length && (first || pattern[i] != ']'); first = false)
        {
            if (before is { } from && pattern[i] == '-' && i + 1 < pattern.Length && pattern[i + 1] != ']')
            {
                i++;
                var to = Character(pattern, ref i);
                found |= IsBetween(from, to, c) || (ignoreCase && (IsBetween(from, to, char.ToLowerInvariant(c)) || IsBetween(from, to, char.ToUpperInvariant(c))));
                before = null;
            }
            else if (pattern[i..].StartsWith("[:") && pattern[(i + 2)..].IndexOf(']') is > 0 and var length && pattern[i + 1 + length] == ':')
            {
                if (IsOf(pattern.Slice(i + 2, length - 1), c) is not { } isOf)
                    return null;
                found |= isOf;
                i += length + 3;
                before = null;
            }
            else
            {
                before = Character(pattern, ref i);
                found |= Same(before.Value, c, ignoreCase);
            }
        }

        if (i >= pattern.Length)
            return null;
        at = i + 1;
        return found != negated;
    }

    private static bool IsBetween(char from, char to, char c) => from <= c && c <= to;

    private static char Character(ReadOnlySpan<char> pattern, ref int at)
    {
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
            at++;
        return pattern[at++];
    }

    private static bool? IsOf(ReadOnlySpan<char> name, char c) => name switch
    {
        "alpha" => char.IsAsciiLetter(c),
        "digit" => char.IsAsciiDigit(c),
        "alnum" => char.IsAsciiLetterOrDigit(c),
        "lower" => char.IsAsciiLetterLower(c),
        "upper" => char.IsAsciiLetterUpper(c),
        "space" => c is ' ' or (>= '\t' and <= '\r'),
        "blank" => c is ' ' or '\t',
        "punct" => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c is > ' ' and not '\x7F',
        "xdigit" => char.IsAsciiHexDigit(c),
        "cntrl" => c < ' ' || c == '\x7F',
        "graph" => c is > ' ' and < '\x7F',
        "print" => c is >= ' ' and < '\x7F',
        _ => null,
    };

    private static bool Same(char a, char b, bool ignoreCase) => a == b || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
