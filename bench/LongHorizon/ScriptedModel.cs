using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.Bench.LongHorizon;

/// <summary>How the model behaves when it is asked to write a checkpoint.</summary>
internal enum WriterKind
{
    /// <summary>Loses one line in twenty.</summary>
    Lossy,

    /// <summary>Loses none.</summary>
    Perfect,

    /// <summary>Adds things that nobody said.</summary>
    Inventing,

    /// <summary>Restates lines with the values of others.</summary>
    Contradicting,

    /// <summary>Answers without headings or bullets.</summary>
    Broken,

    /// <summary>Says that it has nothing to say.</summary>
    Idle,

    /// <summary>Leaves out whatever stands in the notes, and loses one line in twenty.</summary>
    IgnoringNotes,

    /// <summary>Every request to it fails.</summary>
    Failing,
}

/// <summary>How the model takes what stands in view: by the marks of our lines, or simply what stands last.</summary>
internal enum ReaderKind
{
    Marks,
    Last,
}

/// <summary>
/// A model that knows nothing but what its request holds. It works through steps, answers questions from what it sees or looks up,
/// and writes checkpoints as well or as badly as it is told to.
/// </summary>
internal sealed partial class ScriptedModel(IReadOnlyList<Fact> facts, WriterKind kind, ReaderKind reader, Random random)
{
    private const int Window = 32_000;
    private readonly Lock gate = new();
    private readonly List<string> sent = [];
    private int noted;

    public Tally Work { get; } = new();

    public Tally Writer { get; } = new();

    public int Refused { get; private set; }

    public int LookUps { get; private set; }

    public Reply Answer(ReceivedRequest request)
    {
        lock (gate)
        {
            var conversation = request.Conversation;
            var isWriter = conversation[^1].Text.Contains("# The checkpoint as it stands", StringComparison.Ordinal);
            var usage = Count(request, conversation, isWriter ? Writer : Work);
            if (usage is null)
                return Reply.Refuse(400, ContextTooLong.Wordings[0].Body);
            if (isWriter && kind is WriterKind.Failing)
                return Reply.Refuse(422, """{"error":{"message":"no","type":"invalid_request_error"}}""");
            var reply = isWriter ? Write(conversation) : Act(conversation);
            return reply with { Usage = usage with { Output = 60 } };
        }
    }

    private Usage? Count(ReceivedRequest request, IReadOnlyList<Said> conversation, Tally tally)
    {
        var tools = request.Json.TryGetProperty("tools", out var offered) ? offered.GetRawText() : "";
        var text = new StringBuilder(tools);
        foreach (var said in conversation)
            text.Append('\n').Append(said.Role).Append(said.Text).Append(said.Calls is null ? "" : string.Concat(said.Calls.Select(call => call.Name + call.Arguments)));
        var prompt = text.ToString();
        var tokens = prompt.Length / 4;
        if (tokens > Window - 1_000)
        {
            Refused++;
            return null;
        }

        var cached = sent.TakeLast(6).Select(before => Common(before, prompt)).DefaultIfEmpty(0).Max() / 4;
        sent.Add(prompt);
        if (sent.Count > 12)
            sent.RemoveAt(0);
        tally.Add(tokens, cached);
        return new Usage(tokens, 60, cached);
    }

    private static int Common(string one, string other) => one.AsSpan().CommonPrefixLength(other);

    private Reply Act(IReadOnlyList<Said> conversation)
    {
        var asked = conversation.Select((said, at) => (said, at)).Last(entry => entry.said.Role == "user" && IsFromUser(entry.said.Text));
        if (facts.FirstOrDefault(fact => asked.said.Text.Contains(fact.Question, StringComparison.Ordinal)) is { } wanted)
            return Examine(conversation, asked.at, wanted);

        if (Work.Requests > 5_000)
            throw new InvalidOperationException($"The model goes round in circles: {conversation[^1].Text}");
        var order = Order().Match(asked.said.Text);
        var (first, last) = (Number(order, 1), Number(order, 2));
        var done = conversation.Skip(asked.at).Where(said => said.Role == "tool").SelectMany(said => Complete().Matches(said.Text)).Select(match => Number(match, 1)).Where(step => step >= first && step <= last).DefaultIfEmpty(first - 1).Max();
        done = Math.Max(done, conversation.Where(said => said.Role == "tool").SelectMany(said => Complete().Matches(said.Text)).Select(match => Number(match, 1)).Where(step => step >= first && step <= last).DefaultIfEmpty(0).Max());
        if (done >= last)
            return Reply.Say($"Steps {first} to {last} are done.");
        if (kind is WriterKind.IgnoringNotes && done % 4 == 3 && noted != done && conversation[^1] is { Role: "tool" } seen
            && facts.SelectMany(fact => new[] { fact.Again, fact.First }).FirstOrDefault(line => seen.Text.Contains(line, StringComparison.Ordinal)) is { } worth)
        {
            noted = done;
            return Reply.Call("memory", new { action = "note", text = worth });
        }

        return Reply.Call("bash", new { command = $"cat work/step-{done + 1:0000}.txt", description = "Carries out a step" });
    }

    private Reply Examine(IReadOnlyList<Said> conversation, int at, Fact wanted)
    {
        // What was looked up outweighs what is in view only where nothing is.
        if (Newest(conversation.Take(at).Select(said => said.Text), wanted) is { } known)
        {
            if (known != wanted.Truth)
                Explain(conversation.Take(at).Select(said => said.Text), wanted);
            return Reply.Say(known);
        }

        var found = conversation.Skip(at + 1).Where(said => said.Role == "tool").ToList();
        if (found.Count is 0)
        {
            LookUps++;
            return Reply.Call("history", new { action = "search", query = Query(wanted) });
        }

        return Reply.Say(FirstHit(found[^1].Text, wanted) ?? "unknown");
    }

    private static void Explain(IEnumerable<string> texts, Fact wanted)
    {
        foreach (var line in texts.SelectMany(text => text.Split('\n')).Where(line => wanted.FindIn(line).Any()))
            Console.WriteLine($"    in view: {line}");
    }

    // Lines of the checkpoint carry the number of a message; what comes after it in the conversation is newer still.
    private string? Newest(IEnumerable<string> texts, Fact wanted)
    {
        var (best, number) = ((string?)null, long.MinValue);
        foreach (var text in texts)
        {
            foreach (var (at, value) in wanted.FindIn(text))
            {
                var end = text.IndexOf('\n', at);
                var mark = Mark().Match(text, at, (end < 0 ? text.Length : end) - at);
                if (!mark.Success)
                    mark = Hit().Matches(text[..at]).LastOrDefault() ?? mark;
                var own = reader is ReaderKind.Last ? 0 : mark.Success ? long.Parse(mark.Groups[1].Value, CultureInfo.InvariantCulture) : text.Contains("has been rebuilt", StringComparison.Ordinal) ? 0 : long.MaxValue;
                if (own >= number)
                    (best, number) = (value, own);
            }
        }

        return best;
    }

    private static string? FirstHit(string text, Fact wanted) => wanted.FindIn(text).Select(hit => hit.Value).FirstOrDefault();

    private static string Query(Fact wanted) => $"{wanted.System} {Stems().Replace(wanted.Aspect.Question, " ")}".Replace("{0}", "", StringComparison.Ordinal).Trim(' ', '?');

    private Reply Write(IReadOnlyList<Said> conversation)
    {
        if (kind is WriterKind.Idle)
            return Reply.Say("I have nothing to add.");
        var known = conversation[^1].Text;
        var lines = new List<string>();
        foreach (var line in conversation.SkipLast(1).Where(said => said.Role is "user" or "tool").SelectMany(said => said.Text.Split('\n')))
        {
            var bare = Numbered().Replace(line.Trim(), "");
            if (!bare.StartsWith("- [", StringComparison.Ordinal) && facts.Any(fact => fact.FindIn(bare).Any()) && !known.Contains(bare, StringComparison.Ordinal) && !lines.Contains(bare))
                lines.Add(bare);
        }

        if (kind is WriterKind.IgnoringNotes)
            lines.RemoveAll(line => known.Contains(line, StringComparison.Ordinal));
        if (kind is WriterKind.Lossy or WriterKind.IgnoringNotes)
            lines.RemoveAll(_ => random.Next(20) == 0);
        if (kind is WriterKind.Inventing)
            lines.AddRange(facts.OrderBy(_ => random.Next()).Take(3).Select(fact => (fact with { Value = fact.Aspect.Draw(random) }).First));
        if (kind is WriterKind.Contradicting)
        {
            lines.AddRange(Own().Matches(known).OrderBy(_ => random.Next()).Take(3).Select(match => $"[{match.Groups[1].Value}] {facts[random.Next(facts.Count)].First}"));
            lines.AddRange(facts.Where(fact => fact.Revised is not null).OrderBy(_ => random.Next()).Take(2).Select(fact => fact.First));
        }

        return Reply.Say(kind is WriterKind.Broken
            ? string.Join('\n', lines)
            : $"## Intent\n- Work through the steps.\n## Next action\n- Read the next step.\n## Discoveries\n{string.Join('\n', lines.Select(line => "- " + line))}");
    }

    private static bool IsFromUser(string text) => Order().IsMatch(text) || text.Contains("Question:", StringComparison.Ordinal);

    private static int Number(Match match, int group) => match.Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"Carry out steps (\d+) to (\d+)")]
    private static partial Regex Order();

    [GeneratedRegex(@"step (\d+) of \d+ is complete")]
    private static partial Regex Complete();

    [GeneratedRegex(@"^\[(\d+)\] \d{4}-", RegexOptions.Multiline)]
    private static partial Regex Hit();

    [GeneratedRegex(@"#(\d+)[,)]")]
    private static partial Regex Mark();

    [GeneratedRegex(@"^\s*\d+[:|\t→ ]\s*")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^- \[([A-Z]\d+)\]", RegexOptions.Multiline)]
    private static partial Regex Own();

    [GeneratedRegex(@"\b(?:On|which|does|the|When|of|In|its|Who|What|is|From|where|are|How|many|at|a|may|get)\b")]
    private static partial Regex Stems();
}

/// <summary>Requests and their tokens.</summary>
internal sealed class Tally
{
    public int Requests { get; private set; }

    public long Tokens { get; private set; }

    public long Cached { get; private set; }

    public void Add(int tokens, int cached) => (Requests, Tokens, Cached) = (Requests + 1, Tokens + tokens, Cached + cached);
}
