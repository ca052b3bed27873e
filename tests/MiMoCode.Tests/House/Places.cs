using System.Text.RegularExpressions;

namespace MiMoCode.Tests.House;

/// <summary>What may be used in one place only, and what nowhere.</summary>
internal static partial class Places
{
    private static readonly (string What, Regex Pattern, string[] Only)[] Table =
    [
        ("the console", ConsoleUse(), ["src/MiMoCode.App/", "src/MiMoCode.Terminal/"]),
        ("environment variables", EnvironmentUse(), ["src/MiMoCode.Engine/Foundation/Configuration/"]),
        ("SQL", SqlUse(), ["src/MiMoCode.Engine/Foundation/Storage/"]),
        ("child processes", ProcessUse(), ["src/MiMoCode.Engine/Guard/Processes/"]),
        ("background work", TaskRun(), ["src/MiMoCode.Engine/Foundation/BackgroundTasks.cs"]),
        ("mutable statics", MutableStatic(), []),
        ("collections in static fields that anyone can change", MutableStaticCollection(), []),
        ("ambient context", Ambient(), []),
        ("notes to ourselves", Notes(), []),
    ];

    private static readonly (string What, string Sample, string Fine)[] Samples =
    [
        ("the console", "Console.WriteLine();", "console.WriteLine();"),
        ("environment variables", "Environment.GetEnvironmentVariable(\"A\");", "Environment.NewLine"),
        ("SQL", "using Microsoft.Data.Sqlite;", "using System.Data;"),
        ("child processes", "Process.Start(\"ls\");", "this.Process(line);"),
        ("background work", "_ = Task.Run(Work);", "await Task.WhenAll(work);"),
        ("mutable statics", "    private static int count;", "    private static int Count() => 1;"),
        ("collections in static fields that anyone can change", "    private static readonly Dictionary<string, int> Cache = [];", "    private static readonly FrozenSet<string> Names = Make();"),
        ("ambient context", "AsyncLocal<int> current = new();", "int current = 0;"),
        ("notes to ourselves", "Run(); // TO" + "DO later", "Run(); // to do so"),
    ];

    public static IEnumerable<Rule> Rules =>
        from place in Table
        join sample in Samples on place.What equals sample.What
        let limit = place.Only.Length == 0 ? "nowhere" : "only in " + string.Join(", ", place.Only)
        select Rule.PerFile($"{char.ToUpperInvariant(place.What[0])}{place.What[1..]}: {limit}",
            source => Found(source, place.Pattern, place.Only),
            new Source("src/MiMoCode.Engine/Loop/AgentLoop.cs", sample.Sample),
            new Source("src/MiMoCode.Engine/Loop/AgentLoop.cs", sample.Fine));

    private static IEnumerable<string> Found(Source source, Regex pattern, string[] only) =>
        source.IsCode && source.Path.StartsWith("src/", StringComparison.Ordinal) && !only.Any(place => source.Path.StartsWith(place, StringComparison.Ordinal))
            ? pattern.Matches(pattern == Notes() ? source.Text : source.CodeWithoutStrings).Select(match => match.Value.Trim())
            : [];

    [GeneratedRegex(@"(?<![\w.])Console\.\w+")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\bEnvironment\.(?:Get|Set|Expand)EnvironmentVariables?\b")]
    private static partial Regex EnvironmentUse();

    [GeneratedRegex(@"\bMicrosoft\.Data\.Sqlite\b|\bSQLitePCL\b")]
    private static partial Regex SqlUse();

    [GeneratedRegex(@"(?<![\w.])Process\.Start\b|\bnew Process(?:StartInfo)?\b")]
    private static partial Regex ProcessUse();

    [GeneratedRegex(@"\bTask\.Run\b")]
    private static partial Regex TaskRun();

    [GeneratedRegex(@"^[ ]+(?:(?:public|internal|private|protected)\s+)?static\s+(?!readonly|const|class|partial|extern|async|implicit|explicit|event|abstract)[\w<>,\[\]?. ]+?\s\w+\s*(?:;|=[^>=]|\{[^}\n]*\bset;)", RegexOptions.Multiline)]
    private static partial Regex MutableStatic();

    [GeneratedRegex(@"static readonly (?:System\.Collections\.\w+\.)?(?:Concurrent\w+|Dictionary|List|HashSet|Queue|Stack|SortedDictionary|StringBuilder)\b[^;=]*=")]
    private static partial Regex MutableStaticCollection();

    [GeneratedRegex(@"\bAsyncLocal<|\bThreadStatic\b|\bThreadLocal<|\bIServiceProvider\b")]
    private static partial Regex Ambient();

    [GeneratedRegex(@"//.*\b(?:TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Notes();
}
