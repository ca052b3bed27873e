using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MiMoCode.Providers.Offline;

/// <summary>Gets a file's text back from the numbered lines that a read tool prints.</summary>
internal static partial class NumberedLines
{
    /// <summary>The lines with their numbers; anything that is not a numbered line, such as a note on what was left out, is skipped.</summary>
    public static SortedDictionary<int, string> Read(string output)
    {
        var lines = new SortedDictionary<int, string>();
        foreach (var line in output.Split('\n'))
        {
            var match = Numbered().Match(line);
            if (match.Success && int.TryParse(match.Groups["n"].Value, CultureInfo.InvariantCulture, out var number))
                lines.TryAdd(number, match.Groups["text"].Value);
        }

        return lines;
    }

    /// <summary>The text of lines that follow each other from the first on.</summary>
    public static string Join(SortedDictionary<int, string> lines)
    {
        var text = new StringBuilder();
        for (var number = 1; lines.TryGetValue(number, out var line); number++)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    [GeneratedRegex(@"^\s*(?<n>\d+)(?:: ?|\| ?|\t|→)(?<text>.*)$")]
    private static partial Regex Numbered();
}
