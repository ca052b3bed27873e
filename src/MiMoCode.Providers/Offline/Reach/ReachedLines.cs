using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Providers.Offline.Projects;

namespace MiMoCode.Providers.Offline.Reach;

/// <summary>
/// The lines that ran while the tests failed, where the language's own runtime can tell. A fault that makes a test fail was run, so
/// lines that were not are left for last. A file that is not named is not known: it may have run elsewhere.
/// </summary>
internal sealed partial record ReachedLines(ImmutableDictionary<string, ImmutableHashSet<int>> ByFile)
{
    public static ReachedLines Unknown { get; } = new(ImmutableDictionary<string, ImmutableHashSet<int>>.Empty);

    /// <summary>A command that runs the tests once more and prints the lines; null when no runtime of the project can tell.</summary>
    public static string? Command(ProjectFiles files, string tests) =>
        files.Sources.Any(path => Path.GetExtension(path) is ".js" or ".cjs" or ".mjs") && !tests.Contains('\'') ? $"node -e '{Script()}' '{tests}'" : null;

    /// <summary>Reads what the command printed.</summary>
    public static ReachedLines Read(string output)
    {
        var found = ImmutableDictionary.CreateBuilder<string, ImmutableHashSet<int>>();
        foreach (Match match in Printed().Matches(output.ReplaceLineEndings("\n")))
            found[match.Groups["path"].Value] = [.. match.Groups["lines"].Value.Split(',').SelectMany(Span)];
        return new ReachedLines(found.ToImmutable());
    }

    /// <summary>Whether a line (from 0) may have run.</summary>
    public bool MayHold(string path, int line) => !ByFile.TryGetValue(path, out var lines) || lines.Contains(line);

    private static IEnumerable<int> Span(string text)
    {
        var ends = text.Split('-').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0] - 1, ends[^1] - ends[0] + 1);
    }

    private static string Script()
    {
        using var stream = typeof(ReachedLines).Assembly.GetManifestResourceStream("offline/reached.js")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Trim();
    }

    [GeneratedRegex(@"^(?<path>[^\n:]+): (?<lines>\d{1,7}(?:-\d{1,7})?(?:,\d{1,7}(?:-\d{1,7})?)*)$", RegexOptions.Multiline)]
    private static partial Regex Printed();
}
