using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A way of working that recurred: its steps, the sessions it was seen in and what was asked there.</summary>
internal sealed record Workflow(ImmutableArray<string> Steps, ImmutableArray<string> Sessions, ImmutableArray<string> Prompts);

/// <summary>What one session was asked and did, step by step, without what only looks.</summary>
internal sealed record SessionSteps(string SessionId, string Prompt, ImmutableArray<string> Steps);

/// <summary>A prompt that came again and again, with what differed left open, and the sessions that began with it.</summary>
internal sealed record RecurringPrompt(string Shape, ImmutableArray<string> Sessions);

/// <summary>Finds what recurs over sessions, without a model.</summary>
internal static partial class Distill
{
    private const int LeastSteps = 3, MostSteps = 40, LeastWords = 6;

    /// <summary>In fewer sessions it may be chance.</summary>
    public const int LeastSessions = 3;

    /// <summary>What a session did: its commands that ran through, in order, with what varies left open.</summary>
    public static SessionSteps Read(string sessionId, IEnumerable<MessageWithParts> messages)
    {
        var all = messages.ToList();
        var prompt = all.Find(message => message.Info is UserMessage)?.Parts.OfType<TextPart>().FirstOrDefault(part => part.Synthetic is not true)?.Text ?? "";
        var steps = all.SelectMany(message => message.Parts).OfType<ToolPart>()
            .Where(call => call is { Tool: "bash", State: ToolCompleted })
            .Select(call => call.State.Input.TryGetProperty("command", out var command) ? Shape(command.ToString()) : "")
            .Where(step => step.Length > 0 && !Looking().IsMatch(step));
        return new SessionSteps(sessionId, prompt.Trim(), [.. WithoutRepeats(steps).Take(MostSteps)]);
    }

    /// <summary>The workflows that recur, the most often seen first; none is part of another.</summary>
    public static ImmutableArray<Workflow> Find(IReadOnlyList<SessionSteps> sessions)
    {
        var found = new List<Workflow>();
        for (var one = 0; one < sessions.Count; one++)
        {
            for (var other = one + 1; other < sessions.Count; other++)
            {
                var steps = Common(sessions[one].Steps, sessions[other].Steps);
                var seen = sessions.Where(session => IsWithin(steps, session.Steps)).ToList();
                if (steps.Length >= LeastSteps && seen.Count >= LeastSessions)
                    found.Add(new Workflow(steps, [.. seen.Select(session => session.SessionId)], [.. seen.Select(session => session.Prompt)]));
            }
        }

        var chosen = ImmutableArray.CreateBuilder<Workflow>();
        foreach (var workflow in found.OrderByDescending(each => each.Sessions.Length * each.Steps.Length))
        {
            if (!chosen.Any(known => known.Steps.Intersect(workflow.Steps).Count() * 2 >= workflow.Steps.Length))
                chosen.Add(workflow);
        }

        return chosen.ToImmutable();
    }

    /// <summary>Prompts that are worth a command: long enough, typed again and again, and not the beginning of a workflow that was found.</summary>
    public static ImmutableArray<RecurringPrompt> FindPrompts(IReadOnlyList<SessionSteps> sessions, IReadOnlyCollection<Workflow> workflows) =>
    [
        .. from session in sessions
           where session.Prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length >= LeastWords
               && !workflows.Any(workflow => workflow.Sessions.Contains(session.SessionId))
           group session.SessionId by Shape(session.Prompt).ToLowerInvariant() into same
           where same.Count() >= LeastSessions
           select new RecurringPrompt(Shape(sessions.First(session => session.SessionId == same.First()).Prompt), [.. same]),
    ];

    /// <summary>A command with versions, numbers and quoted words left open, so that two runs of it look alike.</summary>
    internal static string Shape(string command) =>
        Varying().Replace(command.Trim().ReplaceLineEndings(" "), match => match.Groups["quoted"].Success ? "\"…\"" : "…");

    private static IEnumerable<string> WithoutRepeats(IEnumerable<string> steps)
    {
        string? last = null;
        foreach (var step in steps)
        {
            if (step != last)
                yield return step;
            last = step;
        }
    }

    /// <summary>The longest steps that both have, in the same order.</summary>
    private static ImmutableArray<string> Common(ImmutableArray<string> one, ImmutableArray<string> other)
    {
        var longest = new int[one.Length + 1, other.Length + 1];
        for (var i = one.Length - 1; i >= 0; i--)
        {
            for (var j = other.Length - 1; j >= 0; j--)
                longest[i, j] = one[i] == other[j] ? longest[i + 1, j + 1] + 1 : Math.Max(longest[i + 1, j], longest[i, j + 1]);
        }

        var common = ImmutableArray.CreateBuilder<string>();
        for (int i = 0, j = 0; i < one.Length && j < other.Length;)
        {
            if (one[i] == other[j])
            {
                common.Add(one[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (longest[i + 1, j] >= longest[i, j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return common.ToImmutable();
    }

    private static bool IsWithin(ImmutableArray<string> steps, ImmutableArray<string> all)
    {
        var at = 0;
        foreach (var step in all)
        {
            if (at < steps.Length && step == steps[at])
                at++;
        }

        return at == steps.Length;
    }

    [GeneratedRegex(@"(?<quoted>""[^""]*""|'[^']*')|(?<![\w-])v?\d[\w.-]*")]
    private static partial Regex Varying();

    [GeneratedRegex(@"^(?:ls|cat|head|tail|less|grep|rg|find|pwd|cd|echo|wc|which|tree|git (?:status|diff|log|show|branch))\b[^|;&]*$")]
    private static partial Regex Looking();
}
