namespace MiMoCode.Engine.Foundation.Search;

/// <summary>Matches a path with / against a pattern with /: names by <see cref="WildSegment"/>, ** for any number of folders.</summary>
internal sealed class WildPath
{
    private readonly string[] segments;
    private readonly bool ignoreCase;

    public WildPath(string pattern, bool ignoreCase = false)
    {
        segments = pattern.Split('/');
        this.ignoreCase = ignoreCase;
    }

    /// <summary>A last ** stands for at least one name: a/** is everything in a, not a itself.</summary>
    public bool Matches(string path)
    {
        var names = path.Split('/');
        int s = 0, n = 0, star = -1, resume = 0;
        while (n < names.Length)
        {
            if (s < segments.Length && segments[s] == "**")
            {
                if (s == segments.Length - 1)
                    return true;
                star = s++;
                resume = n;
            }
            else if (s < segments.Length && WildSegment.Matches(segments[s], names[n], ignoreCase))
            {
                s++;
                n++;
            }
            else if (star >= 0)
            {
                s = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return s == segments.Length;
    }
}
