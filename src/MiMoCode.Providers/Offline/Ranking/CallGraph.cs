using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>Which functions mention which, by name alone: coarse, but it needs no compiler.</summary>
internal sealed class CallGraph
{
    private readonly Dictionary<string, List<Node>> byName = [];
    private readonly Dictionary<Node, List<Node>> callees = [];
    private readonly IReadOnlyList<SourceFile> sources;

    public CallGraph(IReadOnlyList<SourceFile> sources)
    {
        this.sources = sources;
        Nodes = [.. sources.SelectMany(file => file.Functions.Select(function => new Node(file, function)).Append(new Node(file, null)))];
        foreach (var node in Nodes.Where(node => node.Function is not null))
        {
            if (!byName.TryGetValue(node.Function!.Name, out var list))
                byName[node.Function.Name] = list = [];
            list.Add(node);
        }
    }

    public ImmutableArray<Node> Nodes { get; }

    /// <summary>What a test names: functions by their names, and everything in a file that it imports under a name of its own.</summary>
    public IEnumerable<(Node Node, double Weight)> Named(ImmutableDictionary<string, double> words, SourceFile test)
    {
        foreach (var (word, weight) in words)
        {
            foreach (var node in byName.GetValueOrDefault(word, []))
                yield return (node, weight);
        }

        foreach (var file in sources)
        {
            var weight = ImportedAs(test, file).Select(name => words.GetValueOrDefault(name)).DefaultIfEmpty().Max();
            foreach (var node in Nodes.Where(node => weight > 0 && node.File == file))
                yield return (node, 0.5 * weight);
        }
    }

    /// <summary>The functions that a function mentions.</summary>
    public IReadOnlyList<Node> Callees(Node node) => callees.TryGetValue(node, out var known) ? known : callees[node] = FindCallees(node);

    private List<Node> FindCallees(Node node) =>
    [
        .. Words(node).Distinct().SelectMany(word => byName.GetValueOrDefault(word, [])).Where(other => other != node),
    ];

    private static IEnumerable<string> Words(Node node)
    {
        var (first, last) = node.Function is { } function ? (function.FirstToken, function.LastToken) : (0, node.File.Tokens.Length - 1);
        for (var index = first; index <= last; index++)
        {
            var token = node.File.Tokens[index];
            if (token.Kind is TokenKind.Word && (node.Function is not null || node.File.FunctionAt(token.Line) is null))
                yield return token.Text;
        }
    }

    private static IEnumerable<string> ImportedAs(SourceFile test, SourceFile source)
    {
        var name = Path.GetFileNameWithoutExtension(source.Path);
        foreach (var line in test.Lines.Where(line => IsImport(line) && (line.Contains(name, StringComparison.Ordinal) || IsRoot(line))))
        {
            foreach (var token in Lexer.Read(line, test.Dialect).Where(token => token.Kind is TokenKind.Word))
                yield return token.Text;
        }
    }

    private static bool IsImport(string line) => line.Contains("require(", StringComparison.Ordinal) || line.TrimStart().StartsWith("import ") || line.TrimStart().StartsWith("from ");

    /// <summary>The project itself: <c>require('../')</c>, <c>from '.'</c>.</summary>
    private static bool IsRoot(string line) =>
        line.Contains("'..'", StringComparison.Ordinal) || line.Contains("'../'", StringComparison.Ordinal) || line.Contains("'./'", StringComparison.Ordinal)
        || line.Contains("'.'", StringComparison.Ordinal) || line.Contains("\"..\"", StringComparison.Ordinal) || line.Contains("\"../\"", StringComparison.Ordinal)
        || line.Contains("\".\"", StringComparison.Ordinal) || line.Contains("\"./\"", StringComparison.Ordinal);

    /// <summary>A function of a file, or with null what the file has outside of functions.</summary>
    internal sealed record Node(SourceFile File, Function? Function);
}
