using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Bench.Repair;

/// <summary>
/// How often the offline repairer mends a single fault in a package that nobody here edited.
/// <c>bench repair look|report [--program PATH] [--faults N] [--minutes N] [--only NAME] [--store FOLDER]</c>, and with look <c>--ranks</c>. The part "report" prints totals only,
/// so that nothing can be learnt from it.
/// </summary>
internal static partial class RepairBench
{
    private static readonly TimeSpan TestLimit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length is 0 || !Enum.TryParse<Part>(args[0], ignoreCase: true, out var part))
        {
            Console.Error.WriteLine("bench repair: say which part, look or report.");
            return 2;
        }

        var program = Path.GetFullPath(Option(args, "--program") ?? "artifacts/mimo/mimo");
        var store = Path.GetFullPath(Option(args, "--store") ?? "artifacts/bench-repair");
        var count = int.Parse(Option(args, "--faults") ?? "3", CultureInfo.InvariantCulture);
        var only = Option(args, "--only")?.Split(',');
        var minutes = int.Parse(Option(args, "--minutes") ?? "600", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        var work = new List<(Package Package, Fault Fault, string Unpacked, int Number)>();
        foreach (var package in Packages.Of(part).Where(package => only is null || only.Contains(package.Name)))
        {
            var unpacked = await new Store(store).FetchAsync(package);
            var faults = await new FaultBook(Path.Combine(store, package.Name, $"faults-{count}")).GetAsync(() => SeedAsync(package, unpacked, count));
            work.AddRange(faults.Select((fault, number) => (package, fault, unpacked, number)));
        }

        // One fault of each package, then the next ones: whenever it stops, no package weighs more than the others.
        var trials = new List<Trial>();
        foreach (var (package, fault, unpacked, number) in work.OrderBy(item => item.Number).TakeWhile(_ => watch.Elapsed.TotalMinutes < minutes))
        {
            if (part is Part.Look && args.Contains("--ranks"))
            {
                Console.WriteLine($"{package.Name,-22}{await Ranks.ShowAsync(fault, unpacked)}");
                continue;
            }

            var trial = await Trial.RunAsync(package, fault, unpacked, program);
            trials.Add(trial);
            if (part is Part.Look)
                await ShowAsync(trial, Path.Combine(store, "look", $"{package.Name}-{number + 1}.txt"));
        }

        if (trials.Count < work.Count && trials.Count > 0)
            Console.WriteLine($"stopped after {trials.Count} of {work.Count} faults");
        Summarise(part, trials);
        return 0;
    }

    /// <summary>The first faults, in the package's own fixed order, that its tests notice.</summary>
    private static async Task<List<Fault>> SeedAsync(Package package, string unpacked, int count)
    {
        var found = new List<Fault>();
        var healthy = await Shell.RunAsync("npm test", unpacked, TestLimit);
        if (healthy.Exit is not 0)
        {
            Console.WriteLine($"{package.Id}: left out, its tests fail as they are.");
            return found;
        }

        var random = new Random(package.Name.Sum(letter => letter));
        foreach (var fault in Faults(unpacked, random).Take(count * 12))
        {
            if (found.Count == count)
                break;
            var path = Path.Combine(unpacked, fault.Path);
            await File.WriteAllTextAsync(path, fault.Wrong);
            var ran = await Shell.RunAsync("npm test", unpacked, TestLimit);
            await File.WriteAllTextAsync(path, fault.Right);
            if (ran.Exit is not 0)
                found.Add(fault);
        }

        return found;
    }

    private static IEnumerable<Fault> Faults(string unpacked, Random random)
    {
        var files = Directory.EnumerateFiles(unpacked, "*.js", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(unpacked, path))
            .Where(path => !NoSource().IsMatch(path) && new FileInfo(Path.Combine(unpacked, path)).Length < 60_000)
            .Order(StringComparer.Ordinal)
            .Select(path => Seeder.Faults(path, File.ReadAllText(Path.Combine(unpacked, path)), random).ToArray())
            .ToArray();
        random.Shuffle(files);
        for (var rank = 0; files.Any(faults => rank < faults.Length); rank++)
        {
            foreach (var faults in files.Where(faults => rank < faults.Length))
                yield return faults[rank];
        }
    }

    private static async Task ShowAsync(Trial trial, string transcript)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(transcript)!);
        await File.WriteAllTextAsync(transcript, $"{trial.Fault}\n\n{trial.Transcript}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {trial.Ending,-10}{trial.Tries,4} tries{trial.Took.TotalSeconds,7:0.0} s  {trial.Package.Name} {trial.Fault}"));
    }

    private static void Summarise(Part part, List<Trial> trials)
    {
        var green = trials.Where(trial => trial.Green).ToList();
        Console.WriteLine($"\n{part.ToString().ToLowerInvariant()}: {trials.Count} faults in {trials.Select(trial => trial.Package).Distinct().Count()} packages");
        Console.WriteLine($"  tests pass       {Share(green.Count, trials.Count)}");
        foreach (var (ending, words) in ((Ending, string)[])[(Ending.Restored, "line restored"), (Ending.SameLine, "same line"), (Ending.OtherLine, "other line"), (Ending.GaveUp, "gave up"), (Ending.Stopped, "stopped"), (Ending.Harm, "harm")])
            Console.WriteLine($"  {words,-17}{Share(trials.Count(trial => trial.Ending == ending), trials.Count)}");
        if (green.Count > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  where they pass: median {Median(green.Select(trial => (double)trial.Tries))} tries, {Median(green.Select(trial => trial.Took.TotalSeconds)):0.0} s; worst {green.Max(trial => trial.Tries)} tries, {green.Max(trial => trial.Took.TotalSeconds):0.0} s"));
        if (part is Part.Look)
        {
            foreach (var kind in trials.GroupBy(trial => trial.Fault.Kind).OrderBy(group => group.Key, StringComparer.Ordinal))
                Console.WriteLine($"  {kind.Key,-17}{Share(kind.Count(trial => trial.Green), kind.Count())}");
        }
    }

    private static string Share(int some, int all) => $"{some,3} of {all} ({(all is 0 ? 0 : 100 * some / all)} %)";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

    [GeneratedRegex(@"(^|/)(node_modules|tests?|specs?|bench(mark)?s?|examples?|dist|build|perf|components|coverage)(/|\.js$)|(^|/)(test|bench)[^/]*\.js$|\.(test|min)\.js$|\.config\.js$|[Gg]runtfile", RegexOptions.IgnoreCase)]
    private static partial Regex NoSource();
}
