using System.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>Matches a path with / against a pattern with /: names by <see cref="WildSegment"/>, ** for any number of folders.</summary>
internal sealed class WildPath
{
    private readonly string[] segments;
    private readonly bool ignoreCase;

    public WildPath(string pattern, bool ignoreCase = false)
    {
        segments = Split(pattern);
        this.ignoreCase = ignoreCase;
    }

    /// <summary>Cuts at slashes, but not in a set; one with a backslash before it is one too. Any number of stars from two on is **.</summary>
    private static string[] Split(string pattern)
    {
        var segments = new List<string>();
        var segment = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == '\\' && at + 1 < pattern.Length && pattern[at + 1] != '/')
            {
                segment.Append(pattern, at++, 2);
            }
            else if (pattern[at] == '[' && WildSegment.EndOfSet(pattern, at) is > 0 and var end)
            {
                segment.Append(pattern, at, end - at);
                at = end - 1;
            }
            else if (pattern[at] == '/')
            {
                segments.Add(segment.ToString());
                segment.Clear();
            }
            else if (pattern[at] != '\\' || at + 1 == pattern.Length)
            {
                segment.Append(pattern[at]);
            }
            else if (segment.Length > 1 && segment.ToString().AsSpan().Trim('*').IsEmpty)
            {
                // Before such a slash ** stands for at least one folder.
                segments.Add("*");
            }
        }

        segments.Add(segment.ToString());
        return [.. segments.Select(each => each.Length > 2 && each.AsSpan().Trim('*').IsEmpty ? "**" : each)];
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
