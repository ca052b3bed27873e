using System.Globalization;
using System.Text;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.Bench.Search;

/// <summary>
/// Made-up entries of 400 characters, one in five of them Chinese, always the same for a number of them. Some hold a needle: a thing
/// that is said twice in all of them, early and late.
/// </summary>
internal sealed class SearchCorpus(int entries)
{
    private const int Length = 400, Batch = 500, PerSession = 2_000, VocabularySize = 30_000, NeedleKinds = 6, NeedleCount = 48;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Random random = new(11);
    private readonly List<Sample> samples = [];
    private string[] words = [];

    /// <summary>Some of the entries, to ask for what they hold.</summary>
    public IReadOnlyList<Sample> Samples => samples;

    /// <summary>What to ask for, and the end of what has to be found first.</summary>
    public static IEnumerable<(string Query, string Answer)> Needles =>
        Enumerable.Range(0, NeedleCount).Select(at => (NeedleQuery(at), NeedleAnswer(at, isNewer: true)));

    /// <summary>Makes the entries and stores them, if there is a place for them.</summary>
    public async Task FillAsync(SessionStore? store)
    {
        words = Vocabulary();
        var session = "";
        for (var from = 0; from < entries; from += Batch)
        {
            if (from % PerSession == 0)
            {
                var project = random.Next(10) is 0 ? "prj_1" : "prj_0";
                session = $"ses_{from}";
                await (store?.CreateAsync(SessionOf(session, project), SessionKind.User) ?? Task.CompletedTask);
            }

            var facts = new List<Event>();
            for (var at = from; at < Math.Min(entries, from + Batch); at++)
            {
                var sample = Entry(session, at);
                if (store is not null)
                    facts.AddRange(FactsOf(sample, at));
                if (random.Next((entries / 2_000) + 1) is 0)
                    samples.Add(sample);
            }

            await (store?.StoreAsync(session, facts, Durability.Committed) ?? Task.CompletedTask);
        }
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

    private Sample Entry(string session, int at)
    {
        var isChinese = at % 5 is 4;
        var port = random.Next(1_024, 65_000);
        var text = new StringBuilder(NeedleAt(at) is { } needle ? $"{needle} " : "");
        while (text.Length < Length - 60)
        {
            // A few words are common and most are rare, as in what people write.
            var word = words[(int)(words.Length / 2 * Math.Pow(random.NextDouble(), 3)) + (isChinese ? words.Length / 2 : 0)];
            text.Append(word).Append(isChinese ? random.Next(12) is 0 ? "，" : "" : " ");
        }

        text.Append(CultureInfo.InvariantCulture, $" port {port} https://host{port % 97}.example.org:{port}/ Module{port % 911}.Load_{port % 577}");
        return new Sample(text.ToString(), session, port, isChinese);
    }

    // The older saying is in the first half of the entries, the newer one in the second.
    private string? NeedleAt(int at)
    {
        var half = Math.Max(1, entries / 2);
        var (needle, rest) = Math.DivRem(at % half * (long)NeedleCount, half);
        return rest < NeedleCount && needle < NeedleCount ? $"{NeedleText((int)needle)} {NeedleAnswer((int)needle, at >= half)}" : null;
    }

    private static string NeedleAnswer(int needle, bool isNewer) => $"it is {(isNewer ? "now" : "then")}_{needle}.";

    private static string NeedleText(int needle) => (needle % NeedleKinds) switch
    {
        0 => $"The zygomorphic{needle} flag was set,",
        1 => $"HandleQvortexReset{needle}Later was called,",
        2 => $"See https://needle.example.net/a?b=quux{needle}z for why",
        3 => $"我们把{Pair(needle)}放在这里,",
        4 => $"It fell back to the umpteenth wombat {needle}q of its kind,",
        _ => $"Error XQ-{7_000 + needle}: no such jabberwock,",
    };

    private static string NeedleQuery(int needle) => (needle % NeedleKinds) switch
    {
        0 => $"zygomorphic{needle}",
        1 => $"vortexReset{needle}Lat",
        2 => $"https://needle.example.net/a?b=quux{needle}z",
        3 => Pair(needle),
        4 => $"\"umpteenth wombat {needle}q\"",
        _ => $"XQ-{7_000 + needle} jabberwock",
    };

    private static string Pair(int needle) => $"{(char)(0x7000 + needle)}{(char)(0x7800 + needle)}";

    private string[] Vocabulary() =>
    [
        .. Enumerable.Range(0, VocabularySize / 2).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"{"bcdfghklmnprstvw"[random.Next(16)]}{"aeiou"[random.Next(5)]}{"nrstl"[random.Next(5)]}"))),
        .. Enumerable.Range(0, VocabularySize / 2).Select(_ => $"{(char)random.Next(0x4E00, 0x5E00)}{(char)random.Next(0x4E00, 0x5E00)}"),
    ];
}

/// <summary>One entry.</summary>
internal sealed record Sample(string Text, string Session, int Port, bool IsChinese);
