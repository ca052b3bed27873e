using System.Diagnostics;
using System.Globalization;
using MiMoCode.Engine.Foundation.Storage;

namespace MiMoCode.Bench.Search;

/// <summary>
/// How long a search takes among many entries, how large the database gets, and whether what was hidden in it is found, the newest
/// first: <c>bench search [ENTRIES [FOLDER]]</c>. Prints the time of queries, also that of the processor alone, since others may use the machine; they run on a warm cache, after each of them has
/// run once. A folder is kept, and what lies there is searched again. Ends with 1 when something was not found.
/// </summary>
internal static class SearchBench
{
    private const int Queries = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        var entries = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 100_000;
        var folder = args is [_, var kept] ? Directory.CreateDirectory(kept) : Directory.CreateTempSubdirectory("mimo-search-");
        try
        {
            return await RunAsync(entries, folder.FullName);
        }
        finally
        {
            if (args.Length < 2)
                folder.Delete(recursive: true);
        }
    }

    private static async Task<int> RunAsync(int entries, string folder)
    {
        var path = Path.Combine(folder, $"{entries}.db");
        var corpus = await FillAsync(path, entries);
        await using var database = await Database.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        var spilled = new SpilledOutputs(folder);
        var index = new HistoryIndex(database, spilled);
        var search = new HistorySearch(database, new BlobStore(database), spilled, index);
        var watch = Stopwatch.StartNew();
        var unread = (await search.SearchAsync(new HistoryQuery("walrus", null, "prj_0"), CancellationToken.None)).Unread;
        if (unread > 0)
        {
            Print($"a search while all is unread: {watch.ElapsedMilliseconds} ms, {unread} events behind");
            watch.Restart();
            await index.DrainAsync(CancellationToken.None);
            Print($"indexed in {watch.Elapsed.TotalSeconds:0} s");
        }

        Print($"the database has {Length(path) / 1e9:0.00} GB and its log {Length(path + "-wal") / 1e9:0.00} GB");
        var random = new Random(7);
        await MeasureAsync(search, [.. Enumerable.Range(0, Queries).Select(at => Query(random, corpus.Samples, at))]);
        return await FindNeedlesAsync(search) ? 0 : 1;
    }

    private static async Task<SearchCorpus> FillAsync(string path, int entries)
    {
        var (corpus, watch) = (new SearchCorpus(entries), Stopwatch.StartNew());
        if (File.Exists(path))
        {
            await corpus.FillAsync(null);
            return corpus;
        }

        await using var database = await Database.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        await corpus.FillAsync(new SessionStore(database, new BlobStore(database)));
        Print($"{entries} entries stored in {watch.Elapsed.TotalSeconds:0} s");
        return corpus;
    }

    private static async Task MeasureAsync(HistorySearch search, List<(string Kind, HistoryQuery Query)> queries)
    {
        var times = new List<Timing>();
        for (var round = 0; round < 2; round++)
        {
            times.Clear();
            foreach (var (kind, query) in queries)
            {
                var (since, spent) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                var hits = (await search.SearchAsync(query, CancellationToken.None)).Hits.Length;
                times.Add(new(
                    Stopwatch.GetElapsedTime(since).TotalMilliseconds, (Environment.CpuUsage.TotalTime - spent).TotalMilliseconds, kind, query, hits));
            }
        }

        foreach (var group in times.GroupBy(time => time.Kind))
            Print($"  {group.Key,-16} {Words(group)}  {group.Count(time => time.Hits > 0)} of {group.Count()} found something");
        Print($"{times.Count} queries       {Words(times)}");
        foreach (var (wall, processor, kind, query, hits) in times.OrderByDescending(time => time.Processor).Take(8))
            Print($"  {wall:0.0} ms, {processor:0.0} ms of CPU, {hits} hits: {kind}: {query.Text} ({(query.RootId is not null ? "session" : query.ProjectId is not null ? "project" : "all")})");
    }

    private static string Words(IEnumerable<Timing> times) => FormattableString.Invariant(
        $"median {Share(times, time => time.Wall, 0.5),6:0.0} ms  95 % {Share(times, time => time.Wall, 0.95),6:0.0} ms  slowest {Share(times, time => time.Wall, 1),6:0.0} ms  (CPU {Share(times, time => time.Processor, 0.5):0.0}, {Share(times, time => time.Processor, 0.95):0.0}, {Share(times, time => time.Processor, 1):0.0})");

    private static async Task<bool> FindNeedlesAsync(HistorySearch search)
    {
        var missed = new List<string>();
        var count = 0;
        foreach (var (query, answer) in SearchCorpus.Needles)
        {
            count++;
            var hits = (await search.SearchAsync(new HistoryQuery(query, null, null), CancellationToken.None)).Hits;
            if (hits is not [var newest, _, ..] || !newest.Snippet.Contains(answer, StringComparison.Ordinal))
                missed.Add($"{query}: {hits.Length} hits, first {hits.FirstOrDefault()?.Snippet}");
        }

        Print($"{count - missed.Count} of {count} needles found, the newest first");
        missed.ForEach(Console.WriteLine);
        return missed.Count is 0;
    }

    private static double Share(IEnumerable<Timing> times, Func<Timing, double> value, double share)
    {
        var sorted = times.Select(value).Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }

    /// <summary>Mixed as people and models ask: rare words, common ones, several, phrases, pieces of names, addresses, Chinese, questions.</summary>
    private static (string Kind, HistoryQuery Query) Query(Random random, IReadOnlyList<Sample> samples, int at)
    {
        var latin = samples.Where(sample => !sample.IsChinese).ElementAt(random.Next(samples.Count / 2));
        var chinese = samples.Where(sample => sample.IsChinese).ElementAt(random.Next(samples.Count / 10));
        var words = latin.Text.Split(' ');
        var (one, two) = (words[random.Next(words.Length / 2)], words[(words.Length / 2) + random.Next(words.Length / 2)]);
        var start = random.Next(20);
        var (kind, text) = (at % 10) switch
        {
            0 => ("a word", one),
            1 => ("two words", $"{one} {two}"),
            2 => ("a phrase", $"\"{string.Join(' ', words.Skip(3).Take(3))}\""),
            3 => ("a piece", one.Length > 4 ? one[1..^1] : one),
            4 => ("a port", $"port {latin.Port}"),
            5 => ("an address", $"https://host{latin.Port % 97}.example.org:{latin.Port}/"),
            6 => ("two characters", chinese.Text.Substring(start, 2)),
            7 => ("four characters", chinese.Text.Substring(start, 4)),
            8 => ("a question", $"what is the {one} of the {two} on port {latin.Port}?"),
            _ => ("nothing there", $"{one}zqx {two}qzv"),
        };
        var scope = random.Next(10);
        return (kind, new HistoryQuery(text, scope is 0 ? latin.Session : null, scope is 0 or 1 ? null : "prj_0"));
    }

    private static long Length(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    /// <summary>In milliseconds.</summary>
    private sealed record Timing(double Wall, double Processor, string Kind, HistoryQuery Query, int Hits);
}
