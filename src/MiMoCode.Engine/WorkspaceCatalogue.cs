using System.Collections.Immutable;
using MiMoCode.Engine.Features.Commands;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Skills;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Search;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Configuration;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine;

/// <summary>What a workspace has to choose from.</summary>
internal sealed class WorkspaceCatalogue(
    AgentCatalogue agents, CommandCatalogue commands, SkillCatalogue skills, ToolSet tools, ModelDirectory models, ISessions sessions, Project project,
    string directory, Action modelsShown) : ICatalogue
{
    public Task<ImmutableArray<AgentSummary>> AgentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<AgentSummary>>(
            [.. agents.Read().Agents.Where(agent => !agent.Hidden).Select(agent => new AgentSummary(agent.Name, agent.Description, agent.Mode, agent.Color))]);

    public Task<ImmutableArray<ModelSummary>> ModelsAsync(CancellationToken cancellationToken)
    {
        modelsShown();
        return Task.FromResult(models.Summaries());
    }

    public Task<ImmutableArray<CommandSummary>> CommandsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<CommandSummary>>(
            [.. commands.Read().Commands.Concat(OwnSkills()).DistinctBy(command => command.Name).Select(command => new CommandSummary(
                command.Name, command.Description, command.Template, command.IsLiteral ? [] : CommandTemplate.Places(command.Template), command.Agent, command.Model))]);

    /// <summary>Skills of the user and of the project, which people start as they do commands.</summary>
    private IEnumerable<CommandDefinition> OwnSkills() => skills.Read().Skills.Where(skill => skill.Folder is not null)
        .Select(skill => new CommandDefinition(skill.Name, skill.Text) { Description = skill.Description, IsLiteral = true });

    /// <summary>A skill as people start it, also one that models may not.</summary>
    public static CommandDefinition CommandOf(Skill skill) =>
        new(skill.Name, $"{SkillTool.TextOf(skill)}\n\nWork by this skill now.") { Description = skill.Description, IsLiteral = true };

    public Task<ImmutableArray<SkillSummary>> SkillsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<SkillSummary>>(
            [.. skills.Read().Skills.Select(skill => new SkillSummary(skill.Name, skill.Description, LocationOf(skill), skill.Text))]);

    public Task<ImmutableArray<ToolDefinition>> ToolsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<ToolDefinition>>([.. tools.Definitions.OrderBy(tool => tool.Name, StringComparer.Ordinal)]);

    public async Task<Answerer> AnswererAsync(string? sessionId, ModelRef? named, CancellationToken cancellationToken)
    {
        var session = sessionId is null ? null : await sessions.GetAsync(sessionId, cancellationToken);
        var (model, because) = await models.ChooseAsync(named, session?.Model, cancellationToken);
        var agent = agents.Read().Agents.FirstOrDefault(agent => agent.Name == session?.Agent && agent.Mode is not AgentMode.Subagent);
        return new Answerer((agent ?? agents.Default()).Name, model, because);
    }

    public Task<ProjectPlace> PlaceAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new ProjectPlace(directory, project.Worktree, project.Branch()));

    public async Task<ImmutableArray<string>> FilesAsync(int limit, CancellationToken cancellationToken)
    {
        var (files, _) = await FileWalk.FilesAsync(directory, new WalkOptions(MostFiles: limit), null, cancellationToken);
        return [.. files.Select(file => file.Path)];
    }

    private static string LocationOf(Skill skill) => skill.Folder is { } folder ? Path.Combine(folder, "SKILL.md") : $"<built-in>/{skill.Name}/SKILL.md";
}
