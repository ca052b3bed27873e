using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Features.Maintenance;

/// <summary>A workflow written down as a skill, in the agentskills.io format.</summary>
internal static partial class SkillDraft
{
    private const int LongestName = 48, LongestDescription = 500, MostWords = 3;
    private static readonly ImmutableArray<string> Fillers =
        [.. "a an and as at be can do for from go how i in is it its me my of on our please so that the then this to up us we with you your new next now".Split(' ')];

    /// <summary>The skill of a workflow: its name and the text of its file.</summary>
    public static (string Name, string Text) Of(Workflow workflow)
    {
        var name = NameOf(workflow);
        var description = Shorten($"Steps that recurred in {workflow.Sessions.Length} sessions. Use when asked for something like: {Example(workflow)}");
        var text = new StringBuilder($"---\nname: {name}\ndescription: {Quoted(description)}\nmetadata:\n  sources: {Quoted(string.Join(' ', workflow.Sessions))}\n---\n")
            .Append("# ").Append(char.ToUpperInvariant(name[0])).Append(name[1..].Replace('-', ' ')).Append("\n\n")
            .Append("Each step worked in the sessions this was taken from. … stands for what differed: fill it in from the task. Stop at a step that fails.\n\n");
        for (var number = 1; number <= workflow.Steps.Length; number++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{number}. `{workflow.Steps[number - 1].Replace('`', '\'')}`\n");
        return (name, text.ToString());
    }

    /// <summary>What is wrong with the text of a skill; null when nothing is.</summary>
    public static string? ProblemOf(string name, string text)
    {
        try
        {
            var file = FrontMatter.Parse(text, "SKILL.md");
            return (file.Settings["name"] as TextNode)?.Text != name || !Name().IsMatch(name) ? "its name is not that of its folder, or not allowed"
                : (file.Settings["description"] as TextNode)?.Text is not { Length: > 0 and <= 1024 } ? "its description is missing or too long"
                : file.Body.Length is 0 ? "it says nothing" : null;
        }
        catch (FrontMatterException error)
        {
            return error.Reason;
        }
    }

    // What people asked for each time says best what it is about; else the first programs do.
    private static string NameOf(Workflow workflow)
    {
        var words = workflow.Prompts.Select(prompt => Word().Matches(prompt.ToLowerInvariant()).Select(match => match.Value).Except(Fillers).ToList()).ToList();
        var common = words[0].Where(word => words.Count(other => other.Contains(word)) * 2 > words.Count).Distinct().Take(MostWords).ToList();
        var parts = common.Count > 0 ? common : [.. workflow.Steps.Select(step => Word().Match(step.ToLowerInvariant()).Value).Where(word => word.Length > 0).Distinct().Take(MostWords)];
        var name = string.Join('-', parts.DefaultIfEmpty("workflow"));
        return (name.Length <= LongestName ? name : name[..LongestName]).Trim('-');
    }

    private static string Example(Workflow workflow) => workflow.Prompts.Where(prompt => prompt.Length > 0).MinBy(prompt => prompt.Length)?.ReplaceLineEndings(" ") ?? "the same again";

    private static string Shorten(string text) => text.Length <= LongestDescription ? text : text[..LongestDescription] + "…";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex("^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    private static partial Regex Name();

    [GeneratedRegex("[a-z][a-z0-9]{2,}")]
    private static partial Regex Word();
}
