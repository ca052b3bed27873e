using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>What a model is shown of the sessions, and what it proposes. A proposal counts when what it names really recurred.</summary>
internal static partial class DistillAnswer
{
    private const int MostCharacters = 60_000, LongestPrompt = 300, LongestDescription = 500, LongestBody = 8_000, MostProposals = 3;
    private const string Nothing = "NOTHING";

    /// <summary>The sessions with numbers, the newest first, as many as there is room for.</summary>
    public static string Describe(IReadOnlyList<SessionSteps> sessions)
    {
        var text = new StringBuilder();
        for (var at = 0; at < sessions.Count && text.Length < MostCharacters; at++)
        {
            var prompt = sessions[at].Prompt.ReplaceLineEndings(" ");
            text.Append(CultureInfo.InvariantCulture, $"[{at + 1}] asked: {(prompt.Length <= LongestPrompt ? prompt : prompt[..LongestPrompt] + "…")}\n");
            if (!sessions[at].Steps.IsEmpty)
                text.Append("    did: ").AppendJoin(" ; ", sessions[at].Steps).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>What an answer proposes; null when it is no answer that can be used.</summary>
    public static ImmutableArray<ProposalDraft>? Read(string answer, IReadOnlyList<SessionSteps> sessions)
    {
        ImmutableArray<ProposalDraft> drafts = [.. Proposal().Matches(answer).Select(match => Draft(match, sessions)).OfType<ProposalDraft>().Take(MostProposals)];
        return drafts.IsEmpty && !answer.Trim().StartsWith(Nothing, StringComparison.OrdinalIgnoreCase) ? null : drafts;
    }

    private static ProposalDraft? Draft(Match match, IReadOnlyList<SessionSteps> sessions)
    {
        var form = ProposalForm.All.FirstOrDefault(form => form.Name == match.Groups["form"].Value);
        var (name, description, body) = (match.Groups["name"].Value, match.Groups["description"].Value.Trim(), match.Groups["body"].Value.Trim());
        var named = match.Groups["sessions"].Value.Split([' ', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries).Distinct()
            .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? sessions.ElementAtOrDefault(at - 1) : null).OfType<SessionSteps>().ToList();
        return form is null || description.Length is 0 or > LongestDescription || body.Length is 0 or > LongestBody || !Recurs(named)
            ? null
            : new ProposalDraft(form, name, description, body, [.. named.Select(session => session.SessionId)]);
    }

    /// <summary>The sessions that are named have a step in common, or two words that were asked for.</summary>
    private static bool Recurs(List<SessionSteps> named) =>
        named.Count >= Distill.LeastSessions
        && (InEnough(named.SelectMany(session => session.Steps.Distinct())).Any()
            || InEnough(named.SelectMany(session => RememberedWords.SubjectsIn(session.Prompt))).Skip(1).Any());

    private static IEnumerable<string> InEnough(IEnumerable<string> each) =>
        each.GroupBy(one => one, StringComparer.Ordinal).Where(same => same.Count() >= Distill.LeastSessions).Select(same => same.Key);

    [GeneratedRegex(@"<proposal form=""(?<form>\w+)"" name=""(?<name>[\w-]+)"" sessions=""(?<sessions>[\d ,\[\]]{1,300})"">\s*description:(?<description>[^\n]+)\n(?<body>.*?)</proposal>", RegexOptions.Singleline)]
    private static partial Regex Proposal();
}
