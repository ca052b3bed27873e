using System.Diagnostics;
using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Bench;

/// <summary>
/// How long a search takes among many entries of 400 characters, one in five of them Chinese, and how large the database gets:
/// <c>bench search [ENTRIES]</c>. Prints the time of the slowest queries; they run on a warm cache, after each of them has run once.
/// </summary>
internal static class SearchBench
{
    private const int Length = 400, Batch = 500, PerSession = 2_000, Queries = 200, VocabularySize = 30_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var entries = args is [var first, ..] ? int.Parse(first, CultureInfo.InvariantCulture) : 100_000;
        var folder = Directory.CreateTempSubdirectory("mimo-search-");
        try
        {
            var path = Path.Combine(folder.FullName, "bench.db");
            var random = new Random(11);
            var words = Vocabulary(random);
            var watch = Stopwatch.StartNew();
            var samples = await FillAsync(path, random, words, entries);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries} entries stored in {watch.Elapsed.TotalSeconds:0} s"));
            await using var database = await Database.OpenAsync(path, TimeProvider.System, CancellationToken.None);
            var spilled = new SpilledOutputs(folder.FullName);
            var index = new HistoryIndex(database, spilled);
            var search = new HistorySearch(database, new BlobStore(database), spilled, index);
            watch.Restart();
            var (_, unread) = await search.SearchAsync(new HistoryQuery("walrus", null, "prj_0"), CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a search while all is unread: {watch.ElapsedMilliseconds} ms, {unread} events behind"));
            watch.Restart();
            await index.DrainAsync(CancellationToken.None);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"indexed in {watch.Elapsed.TotalSeconds:0} s; the database has {new FileInfo(path).Length / 1e9:0.00} GB"));
            await MeasureAsync(search, [.. Enumerable.Range(0, Queries).Select(at => Query(random, samples, at))]);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureAsync(HistorySearch search, List<(string Kind, HistoryQuery Query)> queries)
    {
        var times = new List<(double Milliseconds, string Kind, string Text, int Hits)>();
        for (var round = 0; round < 2; round++)
        {
            times.Clear();
            foreach (var (kind, query) in queries)
            {
                var since = Stopwatch.GetTimestamp();
                var hits = (await search.SearchAsync(query, CancellationToken.None)).Hits.Length;
                times.Add((Stopwatch.GetElapsedTime(since).TotalMilliseconds, kind, query.Text, hits));
            }
        }

        foreach (var group in times.GroupBy(time => time.Kind))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {group.Key,-16} median {Share(group, 0.5),7:0.0} ms  95 % {Share(group, 0.95),7:0.0} ms  {group.Count(time => time.Hits > 0)} of {group.Count()} found something"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{times.Count} queries: median {Share(times, 0.5):0.0} ms, 95 % {Share(times, 0.95):0.0} ms, slowest {Share(times, 1):0.0} ms"));
        foreach (var (milliseconds, kind, text, hits) in times.OrderByDescending(time => time.Milliseconds).Take(5))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {milliseconds:0.0} ms, {hits} hits: {kind}: {text}"));
    }

    private static double Share(IEnumerable<(double Milliseconds, string Kind, string Text, int Hits)> times, double share)
    {
        var sorted = times.Select(time => time.Milliseconds).Order().ToList();
        return sorted[(int)(share * (sorted.Count - 1))];
    }

    /// <summary>Mixed as people and models ask: rare words, common ones, several, phrases, pieces of names, addresses, Chinese, questions.</summary>
    private static (string Kind, HistoryQuery Query) Query(Random random, List<Sample> samples, int at)
    {
        var latin = samples.Where(sample => !sample.IsChinese).ElementAt(random.Next(samples.Count / 2));
        var chinese = samples.Where(sample => sample.IsChinese).ElementAt(random.Next(samples.Count / 10));
        var words = latin.Text.Split(' ');
        var (one, two) = (words[random.Next(words.Length / 2)], words[words.Length / 2 + random.Next(words.Length / 2)]);
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
        return (kind, new HistoryQuery(text, scope is 0 ? latin.Session : null, scope is 1 ? null : scope is 0 ? null : "prj_0"));
    }

    private static async Task<List<Sample>> FillAsync(string path, Random random, string[] words, int entries)
    {
        await using var database = await Database.OpenAsync(path, TimeProvider.System, CancellationToken.None);
        var store = new SessionStore(database, new BlobStore(database));
        var (samples, session) = (new List<Sample>(), "");
        for (var from = 0; from < entries; from += Batch)
        {
            if (from % PerSession == 0)
                await store.CreateAsync(SessionOf(session = $"ses_{from}", random.Next(10) is 0 ? "prj_1" : "prj_0"), SessionKind.User);
            var facts = new List<Event>();
            for (var at = from; at < Math.Min(entries, from + Batch); at++)
            {
                var sample = Entry(random, words, session, isChinese: at % 5 is 4);
                facts.AddRange(FactsOf(sample, at));
                if (random.Next(entries / 2_000 + 1) is 0)
                    samples.Add(sample);
            }

            await store.StoreAsync(session, facts, Durability.Committed);
        }

        return samples;
    }

    private static IEnumerable<Event> FactsOf(Sample sample, int at)
    {
        var time = new MessageTime(Start + TimeSpan.FromSeconds(at));
        var (message, part) = ($"msg_{at}", $"prt_{at}");
        Message info = at % 2 is 0
            ? new UserMessage { Id = message, SessionId = sample.Session, Time = time, Agent = "build", Model = new ModelRef("p", "m") }
            : new AssistantMessage
            {
                Id = message, SessionId = sample.Session, Time = time, Agent = "build", ParentId = $"msg_{at - 1}", ModelId = "m", ProviderId = "p",
                Mode = "build", Path = new MessagePath("/work", "/work"), Tokens = TokenUsage.None,
            };
        yield return new MessageUpdated(info) { SessionId = sample.Session };
        yield return new PartUpdated(new TextPart(sample.Text) { Id = part, SessionId = sample.Session, MessageId = message }, time.Created) { SessionId = sample.Session };
    }

    private static SessionInfo SessionOf(string id, string project) => new()
    {
        Id = id, Slug = "two-words", ProjectId = project, Directory = "/work", Title = id, Version = "1", Time = new SessionTime(Start, Start),
    };

    private static Sample Entry(Random random, string[] words, string session, bool isChinese)
    {
        var port = random.Next(1_024, 65_000);
        var text = new StringBuilder();
        while (text.Length < Length - 60)
        {
            // A few words are common and most are rare, as in what people write.
            var word = words[(int)(words.Length / 2 * Math.Pow(random.NextDouble(), 3)) + (isChinese ? words.Length / 2 : 0)];
            text.Append(word).Append(isChinese ? random.Next(12) is 0 ? "，" : "" : " ");
        }

        text.Append(CultureInfo.InvariantCulture, $" port {port} https://host{port % 97}.example.org:{port}/ Module{port % 911}.Load_{port % 577}");
        return new Sample(text.ToString(), session, port, isChinese);
    }

    private static string[] Vocabulary(Random random) =>
    [
        .. Enumerable.Range(0, VocabularySize / 2).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"nrstl"[random.Next(5)]}"))),
        .. Enumerable.Range(0, VocabularySize / 2).Select(_ => $"{(char)random.Next(0x4E00, 0x5E00)}{(char)random.Next(0x4E00, 0x5E00)}"),
    ];

    private sealed record Sample(string Text, string Session, int Port, bool IsChinese);
}
