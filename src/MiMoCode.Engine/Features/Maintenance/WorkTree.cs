using System.Collections.Frozen;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Guard.Processes;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>
/// What a work tree says about the things that memory names. Only what was there once and is not any more counts as gone: what was
/// never seen may be generated, planned, or somewhere else.
/// </summary>
internal sealed partial class WorkTree(string root, FrozenSet<string> deleted, FrozenDictionary<string, bool> symbols)
{
    private const int MostSymbols = 40;

    /// <summary>
    /// Reads which files were ever deleted and which symbols that the text names are there, where there is git; else nothing counts
    /// as gone.
    /// </summary>
    public static async Task<WorkTree> ReadAsync(string root, string text, GitProcess git, CancellationToken cancellationToken)
    {
        var log = await git.TextAsync(root, ["log", "--diff-filter=DR", "--no-renames", "--name-only", "--format=", "-n", "5000"], cancellationToken) ?? "";
        var unstaged = await git.TextAsync(root, ["ls-files", "--deleted"], cancellationToken) ?? "";
        var symbols = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var symbol in SymbolsIn(text).Distinct().Take(MostSymbols))
        {
            if (await IsThereAsync(root, symbol, git, cancellationToken) is { } isThere)
                symbols[symbol] = isThere;
        }

        return new WorkTree(root, $"{log}\n{unstaged}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet(StringComparer.Ordinal), symbols.ToFrozenDictionary(StringComparer.Ordinal));
    }

    /// <summary>What a line names and is gone; empty when the line itself is about absence or about what is to come.</summary>
    public IReadOnlyList<string> GoneIn(string line) => Absence().IsMatch(line)
        ? []
        : [
            .. PathsIn(line).Where(IsGone),
            .. TargetsIn(line).Where(target => target.IsGone).Select(target => target.Name),
            .. SymbolsIn(line).Where(symbol => symbols.TryGetValue(symbol, out var isThere) && !isThere),
        ];

    /// <summary>True when a line names something that can be looked up, and all of it is there.</summary>
    public bool Confirms(string line)
    {
        var paths = PathsIn(line).ToList();
        var targets = TargetsIn(line).ToList();
        var named = SymbolsIn(line).ToList();
        return paths.Count + targets.Count + named.Count > 0 && paths.All(Exists) && targets.All(target => !target.IsGone)
            && named.All(symbol => symbols.GetValueOrDefault(symbol));
    }

    private bool IsGone(string path) => !Exists(path) && (deleted.Contains(path) || deleted.Any(file => file.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)));

    private bool Exists(string path) => Path.Exists(Path.Combine(root, path));

    /// <summary>Paths below the work tree that a line names.</summary>
    internal static IEnumerable<string> PathsIn(string line) =>
        PathWord().Matches(Address().Replace(line, " ")).Select(match => match.Groups["path"].Value.TrimEnd('.')).Where(path => path.Length > 0 && !path.Contains("..", StringComparison.Ordinal)).Distinct();

    /// <summary>Names of code that a line puts between backticks; of a qualified one the last part.</summary>
    internal static IEnumerable<string> SymbolsIn(string line) => Symbol().Matches(line).Select(match => match.Groups["name"].Value);

    // Found anywhere in the text of the tree it is there; found only in what the tree once was, it is gone; else nobody knows.
    private static async Task<bool?> IsThereAsync(string root, string symbol, GitProcess git, CancellationToken cancellationToken)
    {
        var found = await git.RunAsync(root, ["grep", "--quiet", "--untracked", "-I", "--word-regexp", "--fixed-strings", "-e", symbol], cancellationToken);
        if (found.End.Code is 0)
            return true;
        return found.End.Code is 1 && await git.TextAsync(root, ["log", "-n", "1", "--format=%h", "-S", symbol], cancellationToken) is { Length: > 0 } ? false : null;
    }

    // A target counts as gone only where the file that would hold it is there.
    private IEnumerable<(string Name, bool IsGone)> TargetsIn(string line)
    {
        foreach (Match match in Target().Matches(line))
        {
            var (name, isMake) = (match.Groups["name"].Value, match.Groups["tool"].Value is "make");
            var file = Path.Combine(root, isMake ? "Makefile" : "package.json");
            if (!File.Exists(file))
                continue;
            var text = File.ReadAllText(file);
            var isThere = isMake
                ? Regex.IsMatch(text, $@"^{Regex.Escape(name)}\s*:", RegexOptions.Multiline)
                : text.Contains($"\"{name}\"", StringComparison.Ordinal);
            yield return ($"{match.Groups["tool"].Value} {name}", !isThere);
        }
    }

    [GeneratedRegex(@"(?<![\w/.~$@-])(?<path>(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:cs|csproj|slnx?|ts|tsx|py|go|rs|java|rb|php|c|h|cpp|sh|md|json|ya?ml|toml|xml|sql|html|css))(?![\w/*])")]
    private static partial Regex PathWord();

    [GeneratedRegex(@"\w+://\S+")]
    private static partial Regex Address();

    // With a capital inside, an underline or brackets: a word of a language, a command or a file is none.
    [GeneratedRegex(@"`(?:\w+(?:\.|::))*(?<name>[A-Za-z_]\w*(?=\(\)`)|(?:[A-Z]\w*[a-z]|[a-z]+[A-Z_])\w*)(?:\(\))?`")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"`(?<tool>make|npm run) (?<name>[\w:-]+)`")]
    private static partial Regex Target();

    [GeneratedRegex(@"\b(?:deleted|removed|gone|renamed|moved|never|not|no longer|instead of|replaced|create[ds]?|add|will|planned|todo|generated|ignored|used to|was|were|had been)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Absence();
}
