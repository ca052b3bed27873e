using System.Collections.Immutable;
using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>Settings, agents, providers, keys and projects.</summary>
internal static class SetUpEndpoints
{
    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/config", "config.get", "The settings that are set; secrets are hidden.", ServerJson.Default.JsonElement,
            static call => call.Workspace.SetUp.ConfigAsync(call.Cancelled)),
        Route.Get("/global/config", "global.config.get", "The same.", ServerJson.Default.JsonElement,
            static call => call.Workspace.SetUp.ConfigAsync(call.Cancelled)),
        Route.Send("PATCH", "/config", "config.update", "Sets settings in the project's file; all that is set then.", ServerJson.Default.JsonElement, ServerJson.Default.JsonElement,
            static (call, body) => SetConfigAsync(call, body, forProject: true)),
        Route.Send("PATCH", "/global/config", "global.config.update", "Sets settings in the user's own file; all that is set then.", ServerJson.Default.JsonElement, ServerJson.Default.JsonElement,
            static (call, body) => SetConfigAsync(call, body, forProject: false)),
        Route.Get("/config/providers", "config.providers", "The providers that can be used now, and the model each starts with.", ServerJson.Default.ConnectedProviders, ConnectedAsync),
        Route.Get("/provider", "provider.list", "All providers, and which can be used now.", ProtocolJson.Default.ProviderList,
            static call => call.Workspace.SetUp.ProvidersAsync(call.Cancelled)),
        Route.Get("/provider/auth", "provider.auth", "How one logs in to each provider.", ServerJson.Default.ImmutableDictionaryStringImmutableArrayLoginMethod, LoginMethodsAsync),
        Route.Send("PUT", "/auth/{providerID}", "auth.set", "Stores a provider's key.", ServerJson.Default.KeyBody, ServerJson.Default.Boolean, SetKeyAsync),
        Route.Delete("/auth/{providerID}", "auth.remove", "Forgets a provider's key.", ServerJson.Default.Boolean, RemoveKeyAsync) with { Wording = Wording.Tagged },
        Route.Get("/agent", "app.agents", "All agents.", ProtocolJson.Default.ImmutableArrayAgentSettings,
            static call => call.Workspace.SetUp.AgentsAsync(call.Cancelled)),
        Route.Get("/path", "path.get", "Where files of ours lie, and where we work.", ProtocolJson.Default.Paths,
            static call => call.Workspace.SetUp.PathsAsync(call.Cancelled)),
        Route.Get("/project", "project.list", "The projects that were worked in.", ProtocolJson.Default.ImmutableArrayProjectSummary,
            static call => call.Workspace.SetUp.ProjectsAsync(call.Cancelled)),
        Route.Get("/project/current", "project.current", "The project of this folder.", ProtocolJson.Default.ProjectSummary,
            static call => call.Workspace.SetUp.ProjectAsync(call.Cancelled)),
        Route.Send("PATCH", "/project/{projectID}", "project.update", "Changes how a project is shown.", ProtocolJson.Default.UpdateProject, ProtocolJson.Default.ProjectSummary,
            static (call, body) => call.Workspace.SetUp.UpdateProjectAsync(call.Part("projectID"), body, call.Cancelled)) with { Missing = new Missing("ProjectNotFoundError", "projectID") },
        Route.Get("/project/{projectID}/directories", "project.directories", "The folders that a project is worked on in.", ServerJson.Default.ImmutableArrayWorkFolder, FoldersAsync),
        Route.Send("POST", "/log", "app.log", "Writes a line to the log.", ServerJson.Default.LogBody, ServerJson.Default.Boolean, LogAsync),
    ];

    private static async Task<ConnectedProviders> ConnectedAsync(Call call)
    {
        var list = await call.Workspace.SetUp.ProvidersAsync(call.Cancelled);
        var connected = list.Connected.ToHashSet(StringComparer.Ordinal);
        return new ConnectedProviders(
            [.. list.All.Where(provider => connected.Contains(provider.Id))],
            list.Default.Where(pair => connected.Contains(pair.Key)).ToImmutableDictionary());
    }

    private static async Task<ImmutableDictionary<string, ImmutableArray<LoginMethod>>> LoginMethodsAsync(Call call)
    {
        var list = await call.Workspace.SetUp.ProvidersAsync(call.Cancelled);
        return list.All.Where(provider => !provider.Env.IsEmpty)
            .ToImmutableDictionary(provider => provider.Id, ImmutableArray<LoginMethod> (_) => [new LoginMethod("api", "API key")]);
    }

    private static async Task<JsonElement> SetConfigAsync(Call call, JsonElement changes, bool forProject)
    {
        if (changes.ValueKind is not JsonValueKind.Object)
            throw new UserException("Settings are an object.");
        if (!changes.EnumerateObject().Any())
            return await call.Workspace.SetUp.ConfigAsync(call.Cancelled);
        var now = await call.Workspace.SetUp.SetConfigAsync(changes, forProject, call.Cancelled);
        await call.Workspaces.ReloadAsync(call.Cancelled);
        return now;
    }

    private static async Task<bool> SetKeyAsync(Call call, KeyBody body)
    {
        if (body is not { Type: "api", Key.Length: > 0 })
            throw new UserException("Only API keys can be stored: send {\"type\":\"api\",\"key\":…}.");
        await call.Workspace.SetUp.SetKeyAsync(call.Part("providerID"), body.Key, call.Cancelled);
        await call.Workspaces.ReloadAsync(call.Cancelled);
        return true;
    }

    private static async Task<bool> RemoveKeyAsync(Call call)
    {
        var was = await call.Workspace.SetUp.RemoveKeyAsync(call.Part("providerID"), call.Cancelled);
        await call.Workspaces.ReloadAsync(call.Cancelled);
        return was;
    }

    private static async Task<ImmutableArray<WorkFolder>> FoldersAsync(Call call)
    {
        var id = call.Part("projectID");
        var project = (await call.Workspace.SetUp.ProjectsAsync(call.Cancelled)).FirstOrDefault(project => project.Id == id);
        return project is null ? throw UserException.NotFound("project", id) : [.. project.Sandboxes.Prepend(project.Worktree).Select(folder => new WorkFolder(folder))];
    }

    private static Task<bool> LogAsync(Call call, LogBody body)
    {
        call.Workspace.Log(body.Level, $"{body.Service}: {body.Message}");
        return Task.FromResult(true);
    }
}

internal sealed record ConnectedProviders(ImmutableArray<ProviderSettings> Providers, ImmutableDictionary<string, string> Default);

internal sealed record LoginMethod(string Type, string Label);

internal sealed record KeyBody(string Type, string? Key = null);

internal sealed record LogBody(string Service, string Level, string Message, JsonElement? Extra = null);
