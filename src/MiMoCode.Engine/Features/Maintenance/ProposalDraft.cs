using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A proposal that is not written down yet: its form, what it says, and the sessions it comes from.</summary>
internal sealed record ProposalDraft(ProposalForm Form, string Name, string Description, string Body, ImmutableArray<string> Sessions)
{
    /// <summary>The text of its file. A model's words never become settings: the head is written here.</summary>
    public string Write()
    {
        var (description, sources) = (Quoted(Description), string.Join(' ', Sessions));
        return Form.Name switch
        {
            "skill" => $"---\nname: {Name}\ndescription: {description}\nmetadata:\n  sources: {Quoted(sources)}\n---\n{Body.Trim()}\n",
            "command" => $"---\n# from {sources}\ndescription: {description}\n---\n{Body.Trim()}\n",
            "agent" => $"---\n# from {sources}\ndescription: {description}\nmode: subagent\n---\n{Body.Trim()}\n",
            _ => $"# {DraftNames.Heading(Name)}\n\n{Description}\n\n{Body.Trim()}\n\nTaken from {sources}.\n",
        };
    }

    /// <summary>What is wrong with the text of a proposal; null when nothing is.</summary>
    public static string? ProblemOf(ProposalForm form, string name, string text)
    {
        const int longest = 1024;
        if (!DraftNames.IsAllowed(name))
            return "its name is not allowed";
        if (form == ProposalForm.Document)
            return text.StartsWith("# ", StringComparison.Ordinal) ? null : "it has no heading";
        try
        {
            var file = FrontMatter.Parse(text, form.FileName);
            return form == ProposalForm.Skill && (file.Settings["name"] as TextNode)?.Text != name ? "its name is not that of its folder"
                : (file.Settings["description"] as TextNode)?.Text is not { Length: > 0 and <= longest } ? "its description is missing or too long"
                : file.Body.Length is 0 ? "it says nothing" : null;
        }
        catch (FrontMatterException error)
        {
            return error.Reason;
        }
    }

    private static string Quoted(string text) => $"\"{text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}

/// <summary>Drafts of what recurs, without a model.</summary>
internal static class Drafts
{
    private const int LongestDescription = 500, MostStepsOfSkill = 12;

    /// <summary>Steps that recurred: a skill, or a document where they are many.</summary>
    public static ProposalDraft Of(Workflow workflow)
    {
        var name = DraftNames.Of(workflow.Prompts, workflow.Steps);
        var form = workflow.Steps.Length > MostStepsOfSkill ? ProposalForm.Document : ProposalForm.Skill;
        var body = new StringBuilder(form == ProposalForm.Skill ? $"# {DraftNames.Heading(name)}\n\n" : "")
            .Append("Each step worked in the sessions this was taken from. … stands for what differed: fill it in from the task. Stop at a step that fails.\n\n");
        for (var number = 1; number <= workflow.Steps.Length; number++)
            body.Append(CultureInfo.InvariantCulture, $"{number}. `{workflow.Steps[number - 1].Replace('`', '\'')}`\n");
        var description = Shorten($"Steps that recurred in {workflow.Sessions.Length} sessions. Use when asked for something like: {Example(workflow)}");
        return new ProposalDraft(form, name, description, body.ToString(), workflow.Sessions);
    }

    /// <summary>A prompt that was typed again and again: a command. What differed becomes its arguments.</summary>
    public static ProposalDraft Of(RecurringPrompt prompt)
    {
        var pieces = prompt.Shape.Split('…');
        var template = new StringBuilder(pieces[0]);
        for (var number = 1; number < pieces.Length; number++)
            template.Append(CultureInfo.InvariantCulture, $"${number}").Append(pieces[number]);
        var description = Shorten($"What was asked for in {prompt.Sessions.Length} sessions: {prompt.Shape.ReplaceLineEndings(" ")}");
        return new ProposalDraft(ProposalForm.Command, DraftNames.Of([prompt.Shape], []), description, template.ToString(), prompt.Sessions);
    }

    private static string Example(Workflow workflow) => workflow.Prompts.Where(prompt => prompt.Length > 0).MinBy(prompt => prompt.Length)?.ReplaceLineEndings(" ") ?? "the same again";

    private static string Shorten(string text) => text.Length <= LongestDescription ? text : text[..LongestDescription] + "…";
}

/// <summary>Names for what recurs.</summary>
internal static partial class DraftNames
{
    private const int Longest = 48, MostWords = 3;
    private static readonly ImmutableArray<string> Fillers =
        [.. "a an and as at be can do for from go how i in is it its me my of on our please so that the then this to up us we with you your new next now".Split(' ')];

    /// <summary>What people asked for each time says best what it is about; else the first programs do.</summary>
    public static string Of(ImmutableArray<string> prompts, ImmutableArray<string> steps)
    {
        var words = prompts.Select(prompt => Word().Matches(prompt.ToLowerInvariant()).Select(match => match.Value).Except(Fillers).ToList()).ToList();
        var common = words[0].Where(word => words.Count(other => other.Contains(word)) * 2 > words.Count).Distinct().Take(MostWords).ToList();
        var parts = common.Count > 0 ? common : [.. steps.Select(step => Word().Match(step.ToLowerInvariant()).Value).Where(word => word.Length > 0).Distinct().Take(MostWords)];
        var name = string.Join('-', parts.DefaultIfEmpty("workflow"));
        return (name.Length <= Longest ? name : name[..Longest]).Trim('-');
    }

    public static string Heading(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('-', ' ');

    public static bool IsAllowed(string name) => name.Length <= Longest && Name().IsMatch(name);

    [GeneratedRegex("^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    private static partial Regex Name();

    [GeneratedRegex("[a-z][a-z0-9]{2,}")]
    private static partial Regex Word();
}
