using System.Globalization;
using MiMoCode.Providers.Offline.Code;
using MiMoCode.Providers.Offline.Faults;
using MiMoCode.Providers.Offline.Projects;
using MiMoCode.Providers.Offline.Ranking;
using MiMoCode.Providers.Offline.Reach;
using MiMoCode.Providers.Offline.Reports;

namespace MiMoCode.Bench.Repair;

/// <summary>
/// Where the repair that restores the line stands in the queue before anything is tried: seconds instead of minutes a fault, for
/// work on the ranking. It says nothing about what is learnt on the way.
/// </summary>
internal static class Ranks
{
    public static async Task<string> ShowAsync(Fault fault, string unpacked)
    {
        var path = Path.Combine(unpacked, fault.Path);
        await File.WriteAllTextAsync(path, fault.Wrong);
        try
        {
            var names = await Shell.NeedAsync("find . -type f -not -path './node_modules/*' | sed 's,^./,,'", unpacked);
            var files = ProjectFiles.Read(names, unpacked);
            var run = await Shell.RunAsync("npm test", unpacked, TimeSpan.FromSeconds(30));
            var reach = ReachedLines.Command(files, "npm test") is { } command ? ReachedLines.Read((await Shell.RunAsync(command, unpacked, TimeSpan.FromSeconds(60))).Output) : ReachedLines.Unknown;
            var report = ReportReader.Read(run.Output);
            var (sources, tests) = (Read(files.Sources, unpacked), Read(files.Tests, unpacked));
            var clues = Clues.Of(report, [.. sources, .. tests]);
            var queue = new RepairQueue(sources, new Suspicion(sources, tests, files, report, reach), clues);
            var (all, right) = (queue.Count, fault.Right.TrimEnd('\n'));
            for (var rank = 1; queue.Take() is { } repair; rank++)
            {
                if (repair.File.Path == fault.Path && repair.Apply().TrimEnd('\n') == right)
                    return string.Create(CultureInfo.InvariantCulture, $"rank {rank,5} of {all,5}  {fault}");
            }

            var known = sources.Where(file => file.Path == fault.Path).SelectMany(file => Catalogue.Of(file, clues)).Any(repair => repair.Apply().TrimEnd('\n') == right);
            return $"{(known ? "too far down" : "no operator"),-19}  {fault}";
        }
        finally
        {
            await File.WriteAllTextAsync(path, fault.Right);
        }
    }

    private static List<SourceFile> Read(IEnumerable<string> paths, string folder) =>
        [.. paths.Take(40).Select(path => new SourceFile(path, File.ReadAllText(Path.Combine(folder, path)), Dialect.Of(path)!))];
}
