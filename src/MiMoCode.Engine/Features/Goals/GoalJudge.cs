using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Guard;
using MiMoCode.Engine.Loop;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Goals;

/// <summary>What a judge decided. Unjudged: it could not decide, and the reason says why.</summary>
internal sealed record GoalJudgement(GoalRuling Ruling, string Reason);

internal enum GoalRuling
{
    Unjudged,
    Met,
    NotMet,
    Impossible,
}

/// <summary>
/// Judges whether a goal is met: the same model, a prompt of its own, the conversation as a text, and evidence. Commands that the
/// goal names between backticks are run, and their real exit codes count for more than what anybody says: all have to be 0.
/// </summary>
internal sealed class GoalJudge(Subagents.Subagents subagents, GuardedCommands commands)
{
    private const string Agent = "judge";
    private const int Tries = 2, CharactersPerToken = 4, DefaultWindow = 128_000, LongestOutput = 4_000, LongestTail = 1_500, MostCommands = 5;
    private static readonly TimeSpan CommandTime = TimeSpan.FromMinutes(10);

    public async Task<GoalJudgement> JudgeAsync(Step step, Goal goal, CancellationToken cancellationToken)
    {
        var evidence = await EvidenceAsync(step.Session, goal.Condition, cancellationToken);
        var question = QuestionOf(step, goal, string.Concat(evidence.Select(each => each.Describe())));
        var failure = "its answer could not be read.";
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var reply = await subagents.AskAsync(question, cancellationToken);
            if (Read(reply.Text) is { } judgement)
                return judgement.Ruling is GoalRuling.Met ? Held(judgement, evidence) : judgement;
            failure = reply.Failure ?? "its answer could not be read.";
        }

        return new GoalJudgement(GoalRuling.Unjudged, failure);
    }

    private HiddenQuestion QuestionOf(Step step, Goal goal, string evidence)
    {
        var window = step.Request.Model.ContextLimit is > 0 and var limit ? limit : DefaultWindow;
        var conversation = ConversationText.Of(step.Session.History, Math.Min(window, 1_000_000) * CharactersPerToken / 2);
        var text = $"<goal>\n{goal.Condition}\n</goal>\n\n<conversation>\n{conversation}\n</conversation>\n\n{evidence}Is the goal met? Answer with the JSON object alone.";
        var prefix = step.Request with
        {
            System = subagents.InstructionsOf(Agent),
            Messages = [],
            Tools = [],
            ToolChoice = ToolChoice.Auto,
        };
        return new HiddenQuestion(step.Session, prefix, text, Purpose.Judge, Agent, "Goal judge");
    }

    /// <summary>Nobody's word outweighs an exit code: while a command of the goal fails it is not met, and without one it is not judged.</summary>
    private static GoalJudgement Held(GoalJudgement met, ImmutableArray<Evidence> evidence) =>
        evidence.FirstOrDefault(each => each.Result.Exit is not 0) is not { } failed ? met
        : !failed.Result.Ran ? new GoalJudgement(GoalRuling.Unjudged, $"`{failed.Command}` could not be run: {failed.Result.Failure}")
        : new GoalJudgement(GoalRuling.NotMet, $"`{failed.Command}` has to succeed, and ended with {failed.End}:\n{ConversationText.Shorten(failed.Result.Output.Trim(), LongestTail)}");

    private async Task<ImmutableArray<Evidence>> EvidenceAsync(Session session, string condition, CancellationToken cancellationToken)
    {
        var evidence = ImmutableArray.CreateBuilder<Evidence>();
        foreach (var command in CommandsIn(condition).Take(MostCommands))
            evidence.Add(new Evidence(command, await commands.RunAsync(session, command, CommandTime, cancellationToken)));
        return evidence.ToImmutable();
    }

    /// <summary>What stands between backticks and has more than one word or a path: names of things are quoted that way too.</summary>
    internal static ImmutableArray<string> CommandsIn(string condition) =>
    [
        .. condition.Split('`').Where((_, index) => index % 2 == 1).Select(text => text.Trim())
            .Where(text => text.Contains(' ', StringComparison.Ordinal) || text.StartsWith("./", StringComparison.Ordinal)).Distinct(),
    ];

    /// <summary>Null when the answer is none.</summary>
    internal static GoalJudgement? Read(string answer)
    {
        var (start, end) = (answer.IndexOf('{', StringComparison.Ordinal), answer.LastIndexOf('}'));
        if (start < 0 || end < start)
            return null;
        try
        {
            using var json = JsonDocument.Parse(answer[start..(end + 1)]);
            var reason = json.RootElement.TryGetProperty("reason", out var said) ? said.ToString() : "";
            return json.RootElement.TryGetProperty("verdict", out var verdict) ? verdict.ToString() switch
            {
                "met" => new GoalJudgement(GoalRuling.Met, reason),
                "not_met" => new GoalJudgement(GoalRuling.NotMet, reason),
                "impossible" => new GoalJudgement(GoalRuling.Impossible, reason),
                _ => null,
            } : null;
        }
        catch (JsonException)
        {
            // Asked once more, then reported as not judged.
            return null;
        }
    }

    /// <summary>What a command of the goal showed.</summary>
    private sealed record Evidence(string Command, GuardedResult Result)
    {
        public string End => Result.Exit is { } code
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
            : $"no exit code: {Result.Failure}";

        public string Describe() =>
            $"<evidence command=\"{Command}\" result=\"{End}\">\n{ConversationText.Shorten(Result.Output, LongestOutput)}\n</evidence>\n\n";
    }
}
