using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MiMoCode.App.Server.Endpoints;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using static MiMoCode.App.Server.Remote.RemoteCalls;

namespace MiMoCode.App.Server.Remote;

/// <summary>What a server has to choose from.</summary>
internal sealed class RemoteCatalogue(RemoteCalls calls) : ICatalogue
{
    public Task<ImmutableArray<AgentSummary>> AgentsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("mimo/agent", ProtocolJson.Default.ImmutableArrayAgentSummary, cancellationToken);

    public Task<ImmutableArray<ModelSummary>> ModelsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("mimo/model", ProtocolJson.Default.ImmutableArrayModelSummary, cancellationToken);

    public Task<ImmutableArray<CommandSummary>> CommandsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("command", ProtocolJson.Default.ImmutableArrayCommandSummary, cancellationToken);

    public Task<ImmutableArray<SkillSummary>> SkillsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("skill", ProtocolJson.Default.ImmutableArraySkillSummary, cancellationToken);

    public Task<ImmutableArray<ToolDefinition>> ToolsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("mimo/tool", ProtocolJson.Default.ImmutableArrayToolDefinition, cancellationToken);

    public Task<Answerer> AnswererAsync(string? sessionId, ModelRef? named, CancellationToken cancellationToken) => calls.GetAsync(
        Query("mimo/answerer", ("sessionID", sessionId), ("model", named?.ToString())), ProtocolJson.Default.Answerer, cancellationToken);

    public Task<ProjectPlace> PlaceAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("mimo/place", ProtocolJson.Default.ProjectPlace, cancellationToken);

    public Task<ImmutableArray<string>> FilesAsync(int limit, CancellationToken cancellationToken) => calls.GetAsync(
        Query("mimo/file", ("limit", limit.ToString(CultureInfo.InvariantCulture))), ProtocolJson.Default.ImmutableArrayString, cancellationToken);
}

/// <summary>The files of a project on a server.</summary>
internal sealed class RemoteFiles(RemoteCalls calls) : IFiles
{
    public Task<ImmutableArray<FileNode>> ListAsync(string path, CancellationToken cancellationToken) =>
        calls.GetAsync(Query("file", ("path", path)), ProtocolJson.Default.ImmutableArrayFileNode, cancellationToken);

    public Task<FileContent> ReadAsync(string path, CancellationToken cancellationToken) =>
        calls.GetAsync(Query("file/content", ("path", path)), ProtocolJson.Default.FileContent, cancellationToken);

    public Task<ImmutableArray<TextMatch>> FindTextAsync(string pattern, CancellationToken cancellationToken) =>
        calls.GetAsync(Query("find", ("pattern", pattern)), ProtocolJson.Default.ImmutableArrayTextMatch, cancellationToken);

    public Task<ImmutableArray<string>> FindFilesAsync(FileQuery query, CancellationToken cancellationToken) => calls.GetAsync(
        Query(
            "find/file",
            ("query", query.Text),
            ("type", query.Directories switch { null => null, true => "directory", false => "file" }),
            ("limit", query.Limit.ToString(CultureInfo.InvariantCulture))),
        ProtocolJson.Default.ImmutableArrayString, cancellationToken);

    public Task<ImmutableArray<FileStatus>> StatusAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("file/status", ProtocolJson.Default.ImmutableArrayFileStatus, cancellationToken);

    public Task<ImmutableArray<FileDiff>> DiffAsync(bool fromBranch, CancellationToken cancellationToken) =>
        calls.GetAsync(Query("vcs/diff", ("mode", fromBranch ? "branch" : "git")), ProtocolJson.Default.ImmutableArrayFileDiff, cancellationToken);

    public Task<VcsState> VcsAsync(CancellationToken cancellationToken) => calls.GetAsync("vcs", ProtocolJson.Default.VcsState, cancellationToken);
}

/// <summary>Settings, keys and projects of a server.</summary>
internal sealed class RemoteSetUp(RemoteCalls calls) : ISetUp
{
    public Task<JsonElement> ConfigAsync(CancellationToken cancellationToken) => calls.GetAsync("config", ServerJson.Default.JsonElement, cancellationToken);

    public Task<JsonElement> SetConfigAsync(JsonElement changes, bool forProject, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Patch, forProject ? "config" : "global/config", changes, ServerJson.Default.JsonElement, ServerJson.Default.JsonElement, cancellationToken);

    public Task<ImmutableArray<AgentSettings>> AgentsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("agent", ProtocolJson.Default.ImmutableArrayAgentSettings, cancellationToken);

    public Task<ProviderList> ProvidersAsync(CancellationToken cancellationToken) => calls.GetAsync("provider", ProtocolJson.Default.ProviderList, cancellationToken);

    public Task SetKeyAsync(string providerId, string key, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Put, Path($"auth/{providerId}"), new KeyBody("api", key), ServerJson.Default.KeyBody, ServerJson.Default.Boolean, cancellationToken);

    public Task<bool> RemoveKeyAsync(string providerId, CancellationToken cancellationToken) =>
        calls.AskAsync(HttpMethod.Delete, Path($"auth/{providerId}"), null, ServerJson.Default.Boolean, cancellationToken);

    public Task<ProjectSummary> ProjectAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("project/current", ProtocolJson.Default.ProjectSummary, cancellationToken);

    public Task<ImmutableArray<ProjectSummary>> ProjectsAsync(CancellationToken cancellationToken) =>
        calls.GetAsync("project", ProtocolJson.Default.ImmutableArrayProjectSummary, cancellationToken);

    public Task<ProjectSummary> UpdateProjectAsync(string id, UpdateProject request, CancellationToken cancellationToken) => calls.SendAsync(
        HttpMethod.Patch, Path($"project/{id}"), request, ProtocolJson.Default.UpdateProject, ProtocolJson.Default.ProjectSummary, cancellationToken);

    public Task<Paths> PathsAsync(CancellationToken cancellationToken) => calls.GetAsync("path", ProtocolJson.Default.Paths, cancellationToken);
}
