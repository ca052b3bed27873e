using System.Collections.Immutable;
using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Reach;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Providers.Offline.Ranking;

/// <summary>
/// How likely the fault is on a line. Functions that failing tests reach and passing tests do not come first (the measure is
/// Ochiai's, on names instead of coverage), then what stack traces point to, then words that report and code share.
/// </summary>
internal sealed class Suspicion
{
    private const double Floor = 0.05;
    private const double PerCall = 0.95;
    private const int Depth = 5;

    /// <summary>Not nothing: what was not run may be just what should have been.</summary>
    private const double Unreached = 0.05;

    private readonly Dictionary<(string Path, int FirstLine), double> functions = [];
    private readonly HashSet<Place> places;
    private readonly HashSet<string> reported;
    private readonly ReachedLines reached;

    public Suspicion(IReadOnlyList<SourceFile> sources, IReadOnlyList<SourceFile> tests, ProjectFiles files, FailureReport report, ReachedLines reached)
    {
        this.reached = reached;
        places = [.. report.Places.Select(place => files.Find(place.Path) is { } path ? new Place(path, place.Line - 1) : null).OfType<Place>()];
        reported = [.. report.Messages.SelectMany(Words), .. report.Failed.SelectMany(Words), .. report.Mismatches.SelectMany(pair => Words(pair.Actual))];
        var graph = new CallGraph(sources);
        var blocks = tests.SelectMany(test => TestBlocks.Cut(test, report, places.Where(place => place.Path == test.Path).Select(place => place.Line))
            .Select(block => (block.Failed, Reached: Reach(graph, graph.Named(block.Words, test))))).ToList();
        var failed = blocks.Count(block => block.Failed);
        foreach (var node in graph.Nodes)
        {
            var inFailed = blocks.Where(block => block.Failed && block.Reached.ContainsKey(node)).Sum(block => block.Reached[node]);
            var inPassed = blocks.Count(block => !block.Failed && block.Reached.ContainsKey(node));
            var ochiai = inFailed is 0 ? 0 : inFailed / Math.Sqrt(failed * (inFailed + inPassed));
            functions[Key(node)] = Floor + ochiai + Traced(node) + Named(node);
        }
    }

    /// <summary>From about 0.05 for a line that nothing points to, to about 3.</summary>
    public double Of(SourceFile file, int line)
    {
        var function = file.FunctionAt(line);
        var score = functions.GetValueOrDefault((file.Path, function?.FirstLine ?? -1), Floor);
        if (places.Contains(new Place(file.Path, line)))
            score *= 1.8;
        if (!reached.MayHold(file.Path, line))
            score *= Unreached;
        return score * (1 + (0.15 * Math.Min(3, Words(file.Lines[line]).Count(reported.Contains))));
    }

    /// <summary>The name of the function that is suspected most.</summary>
    public (string Path, int FirstLine) Most => functions.Count is 0 ? ("", -1) : functions.MaxBy(pair => pair.Value).Key;

    private static Dictionary<CallGraph.Node, double> Reach(CallGraph graph, IEnumerable<(CallGraph.Node Node, double Weight)> roots)
    {
        var reached = new Dictionary<CallGraph.Node, double>();
        var queue = new Queue<(CallGraph.Node Node, double Weight, int Depth)>(roots.Select(root => (root.Node, root.Weight, 0)));
        while (queue.TryDequeue(out var item))
        {
            if (reached.TryGetValue(item.Node, out var known) && known >= item.Weight)
                continue;
            reached[item.Node] = item.Weight;
            if (item.Depth >= Depth)
                continue;
            foreach (var callee in graph.Callees(item.Node))
                queue.Enqueue((callee, item.Weight * PerCall, item.Depth + 1));
        }

        return reached;
    }

    private double Traced(CallGraph.Node node) =>
        places.Any(place => place.Path == node.File.Path && Contains(node, place.Line)) ? 0.8 : 0;

    private static bool Contains(CallGraph.Node node, int line) => node.File.FunctionAt(line) == node.Function;

    private double Named(CallGraph.Node node) =>
        node.Function is { } function && Words(function.Name).Any(reported.Contains) ? 0.25 : 0;

    private static (string Path, int FirstLine) Key(CallGraph.Node node) => (node.File.Path, node.Function?.FirstLine ?? -1);

    /// <summary>The words of a text in lower case, with names taken apart at their capitals and underscores.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var index = 0; index <= text.Length; index++)
        {
            var letter = index < text.Length && char.IsLetter(text[index]);
            if (start >= 0 && (!letter || (char.IsUpper(text[index]) && char.IsLower(text[index - 1]))))
            {
                if (index - start > 3)
                    yield return text[start..index].ToLowerInvariant();
                start = -1;
            }

            if (letter && start < 0)
                start = index;
        }
    }
}
