using System.Collections.Immutable;
using System.ComponentModel;
using System.Text;
using System.Text.Json.Serialization;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;
using MiMoCode.Engine.Tools;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Engine.Features.Skills;

/// <summary>What the model may say when it calls <see cref="SkillTool"/>.</summary>
internal sealed record SkillArgs(
    [property: Description("The skill's name; or words that say what is needed, to search among all skills.")] string Name);

/// <summary>The arguments of the tool, by generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SkillArgs))]
internal sealed partial class SkillJson : JsonSerializerContext;

/// <summary>Loads a skill into the conversation. The model reads skill.md.</summary>
internal sealed class SkillTool(SkillCatalogue catalogue) : Tool<SkillArgs>("skill", SkillJson.Default.SkillArgs)
{
    /// <summary>The name that the model calls it by.</summary>
    public const string Name = "skill";

    private const int MostFound = 5, MostFiles = 10;

    protected override ValueTask<ToolPlan> PlanAsync(SkillArgs args, ToolContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<Skill> skills = [.. catalogue.Read().Skills.Where(skill => !skill.PeopleOnly)];
        var skill = skills.FirstOrDefault(skill => skill.Name == args.Name || skill.Aliases.Contains(args.Name));
        var pattern = skill?.Name ?? "*";
        return new(new ToolPlan([new Access(Name, pattern, pattern)], _ => Task.FromResult(skill is null ? Found(skills, args.Name) : Loaded(skill)), Exclusive: false));
    }

    private static ToolResult Loaded(Skill skill) => new(TextOf(skill), skill.Name, new TextDetails(skill.Description));

    /// <summary>A skill as a model reads it, with the files that lie beside it.</summary>
    public static string TextOf(Skill skill)
    {
        var text = new StringBuilder($"<skill name=\"{skill.Name}\">\n{skill.Text}\n");
        if (skill.Folder is { } folder)
        {
            text.Append("\nIts files lie in ").Append(folder).Append('\n');
            foreach (var file in TreeFiles.Below(folder, hidden: false, ignored: true).Order(StringComparer.Ordinal).Take(MostFiles))
                text.Append("- ").Append(Path.GetRelativePath(folder, file)).Append('\n');
        }

        return text.Append("</skill>").ToString();
    }

    private static ToolResult Found(ImmutableArray<Skill> skills, string query)
    {
        var found = SkillRanking.Rank(skills, query, MostFound);
        return found.IsEmpty
            ? throw new ToolException($"No skill fits '{query}'. There are: {string.Join(", ", skills.Select(skill => skill.Name))}.")
            : new ToolResult(
                $"No skill has that name. These fit best; load one by its name:\n{string.Join('\n', found.Select(skill => $"- {skill.Name}: {skill.Description}"))}",
                $"{found.Length} skills");
    }
}

/// <summary>Names the skills in the head, as many as fit the budget; the rest is found by searching.</summary>
internal sealed class SkillListSource(SkillCatalogue catalogue) : IContextSource
{
    private const int TokenCap = 2_000, CharactersPerToken = 4, LongestDescription = 240;

    public Place Place => Place.Head;

    public ValueTask ContributeAsync(RequestBuilder request, Session session, CancellationToken cancellationToken)
    {
        var skills = session.Turn.Offers(SkillTool.Name) ? catalogue.Read().Skills.Where(skill => !skill.PeopleOnly).ToList() : [];
        if (skills.Count is 0)
            return ValueTask.CompletedTask;
        var text = new StringBuilder("# Skills\nWays of working that are written down. Before work that one of them describes, load it with the tool skill.\n");
        var shown = 0;
        foreach (var skill in skills)
        {
            var line = $"- {skill.Name}: {(skill.Description.Length > LongestDescription ? skill.Description[..LongestDescription] + "…" : skill.Description)}\n";
            if (text.Length + line.Length > (TokenCap - 50) * CharactersPerToken)
                break;
            text.Append(line);
            shown++;
        }

        if (shown < skills.Count)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{skills.Count - shown} more are found by giving the tool a few words.\n");
        request.Add("skills", text.ToString().TrimEnd(), TokenCap);
        return ValueTask.CompletedTask;
    }
}
