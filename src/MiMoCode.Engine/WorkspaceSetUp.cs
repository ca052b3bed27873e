using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Engine.Features.Models;
using MiMoCode.Engine.Features.Subagents;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Engine.Foundation.Projects;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using Paths = MiMoCode.Protocol.Requests.Paths;

namespace MiMoCode.Engine;

/// <summary>How a workspace is set up.</summary>
internal sealed class WorkspaceSetUp(
    LoadedConfig config, AgentCatalogue agents, ModelDirectory models, AuthStore auth, ConfigWriter writer, ProjectStore projects, Project project, Folders folders, string directory)
    : ISetUp
{
    public Task<JsonElement> ConfigAsync(CancellationToken cancellationToken) => Task.FromResult(Shown(config));

    public Task<JsonElement> SetConfigAsync(JsonElement changes, bool forProject, CancellationToken cancellationToken) =>
        Task.FromResult(Shown(writer.Set(changes.GetRawText(), forProject)));

    public Task<ImmutableArray<AgentSettings>> AgentsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<AgentSettings>>([.. agents.Read().Agents.Select(Of)]);

    public Task<ProviderList> ProvidersAsync(CancellationToken cancellationToken) => Task.FromResult(models.Providers());

    public Task SetKeyAsync(string providerId, string key, CancellationToken cancellationToken)
    {
        auth.Set(providerId, Credential.OfKey(key));
        return Task.CompletedTask;
    }

    public Task<bool> RemoveKeyAsync(string providerId, CancellationToken cancellationToken) => Task.FromResult(auth.Remove(providerId));

    public async Task<ProjectSummary> ProjectAsync(CancellationToken cancellationToken) =>
        (await ProjectsAsync(cancellationToken)).First(each => each.Id == project.Id);

    public Task<ImmutableArray<ProjectSummary>> ProjectsAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<ProjectSummary>>(
        [.. projects.List().Select(stored => new ProjectSummary(
            stored.Id, stored.Worktree, new ProjectTime(stored.Created, stored.Updated), [], stored.Vcs, stored.Name,
            stored.Shown?.Icon, stored.Shown?.Commands))]);

    public async Task<ProjectSummary> UpdateProjectAsync(string id, UpdateProject request, CancellationToken cancellationToken)
    {
        if (!await projects.UpdateAsync(id, request, cancellationToken))
            throw UserException.NotFound("project", id);
        return (await ProjectsAsync(cancellationToken)).First(each => each.Id == id);
    }

    public Task<Paths> PathsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new Paths(folders.Home, folders.State, folders.Config, project.Worktree, directory));

    private static JsonElement Shown(LoadedConfig config)
    {
        using var json = JsonDocument.Parse(Secrets.Hide(config.Tree).ToJson());
        return json.RootElement.Clone();
    }

    private static AgentSettings Of(AgentDefinition agent) => new(
        agent.Name, agent.Mode, agent.Permission.Rules.AddRange(agent.Limits.Rules), agent.Options,
        agent.Description.Length > 0 ? agent.Description : null,
        agent.BuiltIn, agent.Hidden, agent.Temperature, agent.TopP, agent.Color,
        agent.Model is { } model ? ModelRef.Parse(model) : null, agent.Variant, agent.Steps);
}
