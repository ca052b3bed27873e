using System.Diagnostics;
using System.Text.Json;
using MiMoCode.Engine;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Guard.Permissions;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench.LongHorizon;

/// <summary>
/// A project of many steps on a window of 32,000 tokens, in five starts of the program; then an exam in the same session and in a
/// new one. What is reported is what the model could answer from its requests and its tools.
/// </summary>
internal static class LongHorizonBench
{
    private const int FactCount = 40;
    private const int Starts = 5;
    private const int StepsPerPrompt = 10;

    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable("MIMOCODE_UNDER_TEST") is not { } program || !File.Exists(program))
            throw new InvalidOperationException("MIMOCODE_UNDER_TEST does not name a mimo program: commands start through it.");
        var steps = args.Length > 0 ? int.Parse(args[0]) : 200;
        var length = args.Length > 1 ? int.Parse(args[1]) : 2_400;
        var kinds = args.Length > 2 && args[2] != "all" ? [Enum.Parse<WriterKind>(args[2], ignoreCase: true)] : Enum.GetValues<WriterKind>();
        var seeds = args.Length > 3 ? args[3].Split(',').Select(int.Parse).ToArray() : [1, 2, 3];
        var kills = args.Length > 5 && args[5] is "kill";
        ReaderKind[] readers = args.Length > 4 ? [Enum.Parse<ReaderKind>(args[4], ignoreCase: true)] : Enum.GetValues<ReaderKind>();
        foreach (var kind in kinds)
        {
            foreach (var seed in seeds)
            {
                foreach (var reader in readers)
                    await RunAsync(steps, length, kind, reader, seed, kills, cancellationToken);
            }
        }

        return 0;
    }

    private static async Task RunAsync(int steps, int length, WriterKind kind, ReaderKind reader, int seed, bool kills, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mimo-horizon-");
        var random = new Random(seed);
        using var killed = new KilledRuns();
        var facts = Facts.Draw(random, FactCount, steps);
        var model = new ScriptedModel(facts, kind, reader, random);
        WriteSteps(folder.FullName, facts, random, steps, length);
        await using var server = await ModelServer.StartAsync(request => killed.Pass(model.Answer(request)));
        var watch = Stopwatch.StartNew();

        string? session = null;
        for (var start = 0; start < Starts; start++)
        {
            if (kills)
            {
                session ??= await CreateSessionAsync(folder.FullName, server.BaseUrl, cancellationToken);
                await WorkKilledAsync(killed, random, (steps * start / Starts) + 1, steps * (start + 1) / Starts,
                    (first, last, again) => Program(folder.FullName, server.BaseUrl, session, Order(again ? [] : facts, first, last, steps)));
                continue;
            }

            await using var workspace = await OpenAsync(folder.FullName, server.BaseUrl, cancellationToken);
            session ??= (await workspace.Sessions.CreateAsync(new CreateSession(), cancellationToken)).Id;
            for (var first = (steps * start / Starts) + 1; first <= steps * (start + 1) / Starts; first += StepsPerPrompt)
            {
                var last = Math.Min(first + StepsPerPrompt - 1, steps * (start + 1) / Starts);
                await AskAsync(workspace, session, Order(facts, first, last, steps), cancellationToken);
            }
        }

        var worked = watch.Elapsed;
        var (work, lookUps) = ((model.Work.Tokens + model.Writer.Tokens, model.Work.Cached + model.Writer.Cached), model.LookUps);
        var requests = (model.Work.Requests, model.Writer.Requests);
        var last5 = await OpenAsync(folder.FullName, server.BaseUrl, cancellationToken);
        var same = await ExamineAsync(last5, session!, facts.Take(FactCount / 2), cancellationToken);
        var sameLookUps = model.LookUps - lookUps;
        var fresh = (await last5.Sessions.CreateAsync(new CreateSession(), cancellationToken)).Id;
        var other = await ExamineAsync(last5, fresh, facts.Skip(FactCount / 2), cancellationToken);
        Console.WriteLine(
            $"{kind,-13} {reader,-5} seed {seed}, {steps} steps of {length}: same {same}; new {other}; look-ups {sameLookUps} + {model.LookUps - lookUps - sameLookUps}; "
            + $"refused {model.Refused}; {work.Item1 / steps} tokens a step, {100.0 * work.Item2 / work.Item1:0.0} % cached; "
            + $"{requests.Item1} + {requests.Item2} writer requests; {worked.TotalMilliseconds / steps:0} ms a step{(kills ? $"; killed {killed.Count} times, {killed.Repeated} steps done again" : "")}");
        await last5.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>The program itself drives this part, and is killed in the middle of one of its turns; the order is then given again, without what was said with it.</summary>
    private static async Task WorkKilledAsync(KilledRuns killed, Random random, int from, int to, Func<int, int, bool, ProcessStartInfo> program)
    {
        var victim = from + ((to - from) / 2);
        for (var first = from; first <= to; first += StepsPerPrompt)
        {
            var last = Math.Min(first + StepsPerPrompt - 1, to);
            var dies = first <= victim && victim <= last;
            if (dies)
                await killed.RunAsync(program(first, last, false), random.Next(2, StepsPerPrompt));
            await killed.RunAsync(program(first, last, dies), null);
        }
    }

    private static async Task<string> CreateSessionAsync(string folder, string url, CancellationToken cancellationToken)
    {
        await using var workspace = await OpenAsync(folder, url, cancellationToken);
        return (await workspace.Sessions.CreateAsync(new CreateSession(), cancellationToken)).Id;
    }

    private static string Order(List<Fact> facts, int first, int last, int steps)
    {
        var said = facts.Where(fact => fact.ByUser && fact.Step >= first && fact.Step <= last).Select(fact => fact.First)
            .Concat(facts.Where(fact => fact.Revised is not null && fact.RevisedByUser && fact.RevisedStep >= first && fact.RevisedStep <= last).Select(fact => fact.Again));
        return $"Carry out steps {first} to {last} of {steps}: show each file work/step-NNNN.txt in turn.\n{string.Join('\n', said)}".TrimEnd();
    }

    private static void WriteSteps(string folder, List<Fact> facts, Random random, int steps, int length)
    {
        Directory.CreateDirectory(Path.Combine(folder, "project", "work"));
        for (var step = 1; step <= steps; step++)
        {
            // What the user says before a step is said before its output.
            var hidden = facts.Where(fact => !fact.ByUser && fact.Step == step).Select(fact => fact.First)
                .Concat(facts.Where(fact => fact.Revised is not null && !fact.RevisedByUser && fact.RevisedStep == step).Select(fact => fact.Again));
            File.WriteAllText(Path.Combine(folder, "project", "work", $"step-{step:0000}.txt"), Facts.Output(random, step, steps, length, hidden));
        }
    }

    private static async Task<Score> ExamineAsync(Workspace workspace, string session, IEnumerable<Fact> facts, CancellationToken cancellationToken)
    {
        var score = new Score();
        foreach (var fact in facts)
        {
            var answer = await AskAsync(workspace, session, fact.Question, cancellationToken);
            score.Add(fact, answer);
            if (answer != fact.Truth)
                Console.WriteLine($"  {answer} for: {Place(fact.ByUser, fact.Step)} {fact.First}{(fact.Revised is null ? "" : $" {Place(fact.RevisedByUser, fact.RevisedStep)} {fact.Again}")}");
        }

        return score;
    }

    private static string Place(bool byUser, int step) => $"[{(byUser ? "user" : "output")}, step {step}]";

    private static async Task<string> AskAsync(Workspace workspace, string session, string text, CancellationToken cancellationToken)
    {
        var accepted = await workspace.Talk.PromptAsync(
            session, new PromptRequest { Parts = [new PromptText(text)], Model = new ModelRef("bench", "scripted") }, cancellationToken);
        var end = await workspace.Talk.WaitAsync(session, accepted.MessageId, cancellationToken);
        if (end.Reason is not StopReason.Done)
            Console.WriteLine($"  a turn ended with {end.Reason}: {end.Text}");
        return string.Concat(end.Reply?.Parts.OfType<TextPart>().Select(part => part.Text) ?? []);
    }

    private static ProcessStartInfo Program(string folder, string url, string session, string order)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("MIMOCODE_UNDER_TEST")!, ["run", "--session", session, "--model", "bench/scripted", order])
        {
            WorkingDirectory = Path.Combine(folder, "project"), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["HOME"] = folder;
        start.Environment["MIMOCODE_HOME"] = Path.Combine(folder, "home");
        start.Environment["MIMOCODE_CONFIG_CONTENT"] = Config(url);
        return start;
    }

    private static Task<Workspace> OpenAsync(string folder, string url, CancellationToken cancellationToken)
    {
        var environment = new EnvironmentVariables(
        [
            new("HOME", folder), new("MIMOCODE_HOME", Path.Combine(folder, "home")), new("MIMOCODE_CONFIG_CONTENT", Config(url)), new("PATH", "/usr/bin:/bin"),
        ]);
        return Workspace.OpenAsync(
            new WorkspaceOptions
            {
                Directory = Path.Combine(folder, "project"), Environment = environment, Folders = new Folders(environment), AskPolicy = AskPolicy.Refuse,
                Version = "0", Program = Environment.GetEnvironmentVariable("MIMOCODE_UNDER_TEST")!, Report = (session, error) => Console.WriteLine($"  {session}: {error}"),
            },
            cancellationToken);
    }

    private static string Config(string url) => JsonSerializer.Serialize(new
    {
        provider = new
        {
            bench = new
            {
                npm = "@ai-sdk/openai-compatible",
                options = new { baseURL = url, apiKey = "none" },
                models = new { scripted = new { limit = new { context = 32_000, output = 4_000 } } },
            },
        },
    });
}

/// <summary>What became of the questions.</summary>
internal sealed class Score
{
    private int right, stale, unknown, wrong, asked;

    public void Add(Fact fact, string answer)
    {
        asked++;
        if (answer == fact.Truth)
            right++;
        else if (answer == fact.Value)
            stale++;
        else if (answer is "unknown" or "")
            unknown++;
        else
            wrong++;
    }

    public override string ToString() => $"{right}/{asked} right, {stale} stale, {unknown} unknown, {wrong} wrong";
}
