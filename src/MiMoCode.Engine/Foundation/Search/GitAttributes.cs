using System.Text;

namespace MiMoCode.Engine.Foundation.Search;

/// <summary>
/// Which files may look different in the work tree than in the repository: those that a .gitattributes file gives a filter, an encoding,
/// other line ends or an id that is written into them. In doubt a file is one of them.
/// </summary>
internal static class GitAttributes
{
    private static readonly string[] Converting = ["filter", "ident", "encoding", "crlf", "[attr]", "\""];

    /// <summary>The patterns of the lines that convert, as rules whose folder is that of the file.</summary>
    public static GitIgnore Converted(string text)
    {
        var patterns = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (!Array.Exists(Converting, word => line.Contains(word, StringComparison.OrdinalIgnoreCase)))
                continue;
            var pattern = line.Trim().Split([' ', '\t'], 2)[0];
            patterns.Append(pattern.StartsWith('"') || pattern.StartsWith('[') ? "*" : pattern).Append('\n');
        }

        return new GitIgnore(patterns.ToString());
    }
}
