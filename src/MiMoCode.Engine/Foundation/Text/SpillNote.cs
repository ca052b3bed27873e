namespace MiMoCode.Engine.Foundation.Text;

/// <summary>The sentence that stands where a long output was cut, and the way back from it to the whole.</summary>
internal static class SpillNote
{
    private const string Before = "the whole output is in ";
    private const string After = ": search it with grep or read it by lines]";

    public static string Of(int lines, int characters, string path) =>
        $"[{lines} lines, {characters} characters left out here; {Before}{path}{After}";

    /// <summary>Lines out of what was cut, each with its number in the whole.</summary>
    public static string Excerpt(IEnumerable<(int Number, string Text)> lines) =>
        $"[of these, lines on what is remembered or unlike the rest]\n{string.Concat(lines.Select(line => $"{line.Number}: {line.Text}\n"))}[the end of the output]\n";

    /// <summary>The file that holds the whole of a cut output; null when nothing was cut.</summary>
    public static string? PathIn(string output)
    {
        var end = output.IndexOf(After, StringComparison.Ordinal);
        var start = end < 0 ? -1 : output.LastIndexOf(Before, end, StringComparison.Ordinal);
        return start < 0 ? null : output[(start + Before.Length)..end];
    }
}
