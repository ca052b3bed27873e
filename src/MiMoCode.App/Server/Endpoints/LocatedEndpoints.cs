using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>
/// What newer terminal clients ask for in addition: the same lists, each with the place it is true of. Of models and providers they
/// use the older routes; what belongs to another vendor is empty.
/// </summary>
internal static class LocatedEndpoints
{
    private const int MostFound = 200;

    public static ImmutableArray<Route> Routes { get; } =
    [
        Located(Route.Get("/api/location", "v2.location.get", "Where we work.", ServerJson.Default.PlaceBody, PlaceAsync)),
        List("/api/agent", "v2.agent.list", "The agents.", ServerJson.Default.ImmutableArrayLocatedAgent, static async call =>
            [.. (await call.Workspace.SetUp.AgentsAsync(call.Cancelled)).Select(LocatedAgent.Of)]),
        List("/api/command", "v2.command.list", "The slash commands.", ServerJson.Default.ImmutableArrayLocatedCommand, static async call =>
            [.. (await call.Workspace.Catalogue.CommandsAsync(call.Cancelled)).Select(each => new LocatedCommand(each.Name, each.Template, each.Description, each.Agent))]),
        List("/api/skill", "v2.skill.list", "The skills.", ServerJson.Default.ImmutableArrayLocatedSkill, static async call =>
            [.. (await call.Workspace.Catalogue.SkillsAsync(call.Cancelled)).Select(each => new LocatedSkill(each.Name, each.Location, each.Content, each.Description))]),
        List("/api/fs/find", "v2.fs.find", "The paths that fit a text, the best first.", ServerJson.Default.ImmutableArrayLocatedPath, FindAsync),
        List("/api/fs/list", "v2.fs.list", "What lies in a folder.", ServerJson.Default.ImmutableArrayLocatedPath, static async call =>
            [.. (await call.Workspace.Files.ListAsync(call.Query("path") ?? ".", call.Cancelled)).Select(each => new LocatedPath(each.Path, each.Type))]),
        Nothing("/api/integration", "v2.integration.list", "A vendor's integrations; there are none."),
        Nothing("/api/model", "v2.model.list", "Models that a vendor serves; see /provider for all."),
        Nothing("/api/provider", "v2.provider.list", "Providers that a vendor serves; see /provider for all."),
        Nothing("/api/reference", "v2.reference.list", "Other repositories to refer to; there are none."),
    ];

    private static Route Located(Route route) => route with { Wording = Wording.Tagged };

    private static Route List<T>(string path, string id, string summary, JsonTypeInfo<T> shape, Func<Call, Task<T>> read) =>
        Located(Route.Get(path, id, summary, ServerJson.Default.LocatedBody, async call =>
            new LocatedBody(await PlaceAsync(call), JsonSerializer.SerializeToElement(await read(call), shape))));

    private static Route Nothing(string path, string id, string summary) => List(path, id, summary, ServerJson.Default.JsonElement, Empty.ListAsync);

    private static async Task<PlaceBody> PlaceAsync(Call call)
    {
        var project = await call.Workspace.SetUp.ProjectAsync(call.Cancelled);
        return new PlaceBody(call.Workspace.Directory, new PlaceProject(project.Id, project.Worktree));
    }

    private static async Task<ImmutableArray<LocatedPath>> FindAsync(Call call)
    {
        bool? folders = call.Query("type") switch { "directory" => true, "file" => false, _ => null };
        var found = await call.Workspace.Files.FindFilesAsync(new FileQuery(call.Query("query") ?? "", folders, (int?)call.Number("limit", MostFound) ?? 100), call.Cancelled);
        return [.. found.Select(path => new LocatedPath(path, path.EndsWith('/') ? "directory" : "file"))];
    }
}

/// <summary>An answer with the place it is true of.</summary>
internal sealed record LocatedBody(PlaceBody Location, JsonElement Data);

internal sealed record PlaceBody(string Directory, PlaceProject Project);

internal sealed record PlaceProject(string Id, string Directory);

internal sealed record LocatedPath(string Path, string Type);

internal sealed record LocatedCommand(string Name, string Template, string? Description = null, string? Agent = null);

internal sealed record LocatedSkill(string Name, string Location, string Content, string? Description = null);

/// <summary>An agent in newer words: a rule names an action, what it is done to, and the effect.</summary>
internal sealed record LocatedAgent(
    string Id, string Mode, bool Hidden, RequestExtras Request, ImmutableArray<LocatedRule> Permissions, string? Description = null)
{
    public static LocatedAgent Of(AgentSettings agent) => new(
        agent.Name,
        agent.Mode.ToString().ToLowerInvariant(),
        agent.Hidden ?? false,
        new RequestExtras(ImmutableDictionary<string, string>.Empty, Empty.Object),
        [.. agent.Permission.Select(rule => new LocatedRule(rule.Permission, rule.Pattern, rule.Action.ToString().ToLowerInvariant()))],
        agent.Description);
}

internal sealed record LocatedRule(string Action, string Resource, string Effect);

/// <summary>What a provider is sent besides; nothing is told of it.</summary>
internal sealed record RequestExtras(ImmutableDictionary<string, string> Headers, JsonElement Body);
