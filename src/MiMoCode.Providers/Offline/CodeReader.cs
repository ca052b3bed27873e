using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Reach;

namespace MiMoCode.Providers.Offline;

/// <summary>Reads the tests that failed and the code that they may be about, what the report names first.</summary>
internal sealed class CodeReader(TestFinder found)
{
    private const int MostSources = 40;
    private const int MostTests = 12;
    private const int Page = 2000;
    private const int MostPages = 5;

    public List<SourceFile> Tests { get; } = [];

    public Dictionary<string, SourceFile> Sources { get; } = [];

    public ReachedLines Reached { get; private set; } = ReachedLines.Unknown;

    public IEnumerable<Move> Moves()
    {
        if (found.Run.Exit is not null && ReachedLines.Command(found.Files, found.TryLine) is { } command)
        {
            var reach = Act.Bash(command, "See which lines the tests run", found.Timeout);
            yield return reach;
            Reached = reach.Outcome.Failed ? ReachedLines.Unknown : ReachedLines.Read(reach.Outcome.Output);
        }

        var named = found.Run.Report.Places.Select(place => found.Files.Find(place.Path)).OfType<string>().Concat(Reached.ByFile.Keys.Where(found.Files.Paths.Contains)).Distinct().ToList();
        foreach (var path in named.Where(ProjectFiles.IsTest).Concat(found.Files.Tests).Distinct().Where(path => Dialect.Of(path) is not null).Take(MostTests))
        {
            foreach (var move in ReadFile(path, Tests.Add))
                yield return move;
        }

        foreach (var path in named.Where(path => !ProjectFiles.IsTest(path)).Concat(found.Files.Sources).Distinct().Where(path => Dialect.Of(path) is not null).Take(MostSources))
        {
            foreach (var move in ReadFile(path, file => Sources[path] = file))
                yield return move;
        }
    }

    private static IEnumerable<Move> ReadFile(string path, Action<SourceFile> read)
    {
        var lines = new SortedDictionary<int, string>();
        for (var offset = 1; offset < MostPages * Page; offset += Page)
        {
            var act = Act.Read(path, offset);
            yield return act;
            if (act.Outcome.Failed)
                yield break;
            foreach (var (number, line) in NumberedLines.Read(act.Outcome.Output))
                lines.TryAdd(number, line);
            if (lines.Count < offset + Page - 1)
                break;
        }

        read(new SourceFile(path, NumberedLines.Join(lines), Dialect.Of(path)!));
    }
}
