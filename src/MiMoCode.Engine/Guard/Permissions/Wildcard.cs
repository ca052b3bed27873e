namespace MiMoCode.Engine.Guard.Permissions;

/// <summary>Patterns of permission rules: * is any text, also none and also with slashes; ? is one character. Nothing else is special.</summary>
internal static class Wildcard
{
    /// <summary>Whether the whole text fits. A pattern that ends in " *" also fits the text before it. Takes at most length × length.</summary>
    public static bool Matches(string pattern, string text) =>
        Fits(pattern, text) || (pattern.EndsWith(" *", StringComparison.Ordinal) && Fits(pattern.AsSpan(0, pattern.Length - 2), text));

    private static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        var (p, t, star, resume) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, resume) = (p++, t);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                // Only the last star ever needs to grow.
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimEnd('*').IsEmpty;
    }
}
