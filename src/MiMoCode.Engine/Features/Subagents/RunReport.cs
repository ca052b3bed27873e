using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Subagents;

/// <summary>Reads what a subagent says of its own work, and how its turn ended.</summary>
internal static class RunReport
{
    private const int LongestSummary = 300;
    private static readonly ImmutableArray<string> Outcomes = ["success", "partial", "failed", "blocked"];

    public static RunEnd Of(TurnEnd end)
    {
        var text = TextOf(end.Reply);
        var (outcome, summary) = (OutcomeIn(text), SummaryIn(text));
        return end.Reason switch
        {
            StopReason.Done => new RunEnd(RunState.Done, outcome, summary),
            StopReason.Aborted => new RunEnd(RunState.Cancelled, outcome, summary),
            _ => new RunEnd(RunState.Failed, outcome, summary, end.Text ?? $"it ended with: {end.Reason}"),
        };
    }

    /// <summary>What the subagent said last; empty when it said nothing.</summary>
    public static string TextOf(MessageWithParts? reply) =>
        string.Join('\n', (reply?.Parts ?? []).OfType<TextPart>().Select(part => part.Text)).Trim();

    /// <summary>Null when it did not say, or not in one of the agreed words.</summary>
    private static string? OutcomeIn(string text) =>
        Line(text, "Status:") is { } said ? Outcomes.FirstOrDefault(outcome => said.StartsWith(outcome, StringComparison.OrdinalIgnoreCase)) : null;

    private static string? SummaryIn(string text)
    {
        var summary = Line(text, "Summary:") ?? text.Split('\n', 2)[0].Trim();
        return summary.Length is 0 ? null : summary.Length <= LongestSummary ? summary : summary[..LongestSummary] + "…";
    }

    // Models like to set such words in bold.
    private static string? Line(string text, string label) => text.Split('\n')
        .Select(line => line.Replace("*", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Trim())
        .Where(line => line.StartsWith(label, StringComparison.OrdinalIgnoreCase))
        .Select(line => line[label.Length..].Trim())
        .FirstOrDefault();
}
