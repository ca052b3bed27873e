using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Bench.LongHorizon;

/// <summary>Something that is said once, perhaps said anew later, and asked for at the end.</summary>
internal sealed record Fact(string System, Aspect Aspect, string Value, string? Revised, bool ByUser, int Step, int RevisedStep, bool RevisedByUser)
{
    /// <summary>What holds at the end.</summary>
    public string Truth => Revised ?? Value;

    public string Question => $"Question: {string.Format(CultureInfo.InvariantCulture, Aspect.Question, System)} Answer with the value alone.";

    public string First => string.Format(CultureInfo.InvariantCulture, Aspect.Said, System, Value);

    public string Again => string.Format(CultureInfo.InvariantCulture, Aspect.SaidAnew, System, Revised);

    /// <summary>The values that a text states for this, in its order.</summary>
    public IEnumerable<(int At, string Value)> FindIn(string text)
    {
        for (var at = text.IndexOf(System, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(System, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var start = text.LastIndexOf('\n', at) + 1;
            var end = text.IndexOf('\n', at);
            var line = text[start..(end < 0 ? text.Length : end)];
            if (Aspect.Value.Match(line) is { Success: true } match && !line.Contains('?', StringComparison.Ordinal))
                yield return (at, match.Groups[1].Value.TrimEnd('.'));
        }
    }
}

/// <summary>A kind of fact: how it is said, said anew, asked for and recognised.</summary>
internal sealed record Aspect(string Said, string SaidAnew, string Question, Regex Value, Func<Random, string> Draw);

/// <summary>Draws facts and the bulk they are hidden in.</summary>
internal static class Facts
{
    private static readonly string[] Systems =
    [
        "billing ledger", "invoice mailer", "tenant router", "page crawler", "image resizer", "audit trail", "login portal", "cargo planner", "price feed",
        "chat relay", "map tiler", "tax engine",
    ];

    private static readonly string[] Formats = ["parquet", "avro", "msgpack", "protobuf", "thrift", "cbor", "orc", "bson", "flatbuffers", "csv"];

    private static readonly string[] Names = ["Ines", "Tomasz", "Akira", "Leila", "Bjarne", "Chidi", "Mireille", "Ravi", "Oksana", "Pablo"];

    private static readonly Aspect[] Aspects =
    [
        new("Decision: the {0} listens on port {1}.", "We had to move it: the {0} now listens on port {1}.", "On which port does the {0} listen?",
            new Regex(@"listens on port (\d+)"), random => random.Next(2_000, 60_000).ToString(CultureInfo.InvariantCulture)),
        new("The nightly run of the {0} starts at {1}.", "Correction: the nightly run of the {0} starts at {1}.", "When does the nightly run of the {0} start?",
            new Regex(@"nightly run of the .* starts at (\d\d:\d\d)"), random => $"{random.Next(24):00}:{random.Next(60):00}"),
        new("For the {0} we keep records as {1}, after long debate.", "After the review the {0} goes another way: we keep records as {1}.",
            "In which format does the {0} keep its records?", new Regex(@"keep records as (\w+)"), random => Formats[random.Next(Formats.Length)]),
        new("Note that the {0} is looked after by {1}.", "Hand-over done: the {0} is looked after by {1} from today.", "Who looks after the {0}?",
            new Regex(@"is looked after by (\w+)"), random => Names[random.Next(Names.Length)]),
        new("The signing key of the {0} has the fingerprint {1}.", "Rotated: the signing key of the {0} has the fingerprint {1}.",
            "What is the fingerprint of the signing key of the {0}?", new Regex(@"has the fingerprint ([0-9a-f]{12})"), random => random.NextInt64(1L << 44, 1L << 48).ToString("x12", CultureInfo.InvariantCulture)),
        new("Settings of the {0} are read from {1} and nowhere else.", "Since the clean-up the settings of the {0} are read from {1}.",
            "From where are the settings of the {0} read?", new Regex(@"are read from (/[\w/.]+)"), random => $"/etc/{Formats[random.Next(Formats.Length)]}/{random.Next(100, 999)}.toml"),
        new("Measured: the {0} must not get more than {1} requests at a time.", "Measured again on new machines: the {0} must not get more than {1} requests at a time.",
            "How many requests at a time may the {0} get?", new Regex(@"more than (\d+) requests"), random => random.Next(11, 990).ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Facts with their places: one in five is revised, half come from the user and half stand in outputs.</summary>
    public static List<Fact> Draw(Random random, int count, int steps)
    {
        var pairs = (from system in Systems from aspect in Aspects select (system, aspect)).ToArray();
        random.Shuffle(pairs);
        return [.. pairs.Take(count).Select((pair, at) =>
        {
            var value = pair.aspect.Draw(random);
            string? revised = null;
            while (at % 5 == 0 && (revised is null || revised == value))
                revised = pair.aspect.Draw(random);
            var step = random.Next(1, Math.Max(2, steps * 3 / 4));
            return new Fact(pair.system, pair.aspect, value, revised, random.Next(2) == 0, step, random.Next(step + 1, steps + 1), random.Next(2) == 0);
        })];
    }

    /// <summary>The output of a step, with what is to be found in it.</summary>
    public static string Output(Random random, int step, int steps, int length, IEnumerable<string> hidden)
    {
        var lines = new List<string>();
        for (var size = 0; size < length;)
        {
            var line = random.Next(6) switch
            {
                0 => $"{random.Next(24):00}:{random.Next(60):00}:{random.Next(60):00} worker-{random.Next(9)} flushed {random.Next(2000)} rows to segment {random.Next(9000)} in {random.Next(90)} ms",
                1 => $"  compiled module {Systems[random.Next(Systems.Length)].Replace(' ', '_')}/{random.Next(400)} ({random.Next(40, 900)} lines)",
                2 => $"trace {random.NextInt64():x16} span {random.Next(1 << 24):x6} ok",
                3 => $"{Systems[random.Next(Systems.Length)]}: processed {random.Next(900)} items, {random.Next(30)} skipped",
                4 => $"GET /v1/items/{random.Next(5000)} 200 {random.Next(400)}ms",
                _ => $"cache shard {random.Next(64)} holds {random.Next(100_000)} keys, hit rate {random.Next(60, 99)}.{random.Next(9)} %",
            };
            lines.Add(line);
            size += line.Length + 1;
        }

        foreach (var line in hidden)
            lines.Insert(random.Next(lines.Count), line);
        lines.Add($"step {step} of {steps} is complete");
        return string.Join('\n', lines) + "\n";
    }
}
