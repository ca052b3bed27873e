using System.Collections.Immutable;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>
/// What clients of this API ask for and there is nothing to say about: lists are empty, what belongs to another vendor is switched off,
/// and what cannot be done yet says so.
/// </summary>
internal static class PendingEndpoints
{
    private static readonly Missing UnknownMcp = new("McpServerNotFoundError", "name");

    public static ImmutableArray<Route> Routes { get; } =
    [
        List("/lsp", "lsp.status", "Language servers."),
        List("/formatter", "formatter.status", "Formatters."),
        List("/experimental/workspace", "experimental.workspace.list", "Remote workspaces."),
        List("/experimental/workspace/status", "experimental.workspace.status", "Connections to remote workspaces."),
        List("/experimental/workspace/adapter", "experimental.workspace.adapter", "Kinds of remote workspaces."),
        List("/experimental/worktree", "worktree.list", "Work trees made for sessions.") with { Wording = Wording.Tagged },
        Map("/mcp", "mcp.status", "MCP servers."),
        Map("/experimental/resource", "experimental.resource.list", "Resources of MCP servers."),
        Route.Get("/experimental/capabilities", "experimental.capabilities", "What may still change.", ServerJson.Default.JsonElement, Empty.Of("""{"backgroundSubagents":false}""")),
        Route.Get("/experimental/console", "experimental.console", "A vendor's console; there is none.", ServerJson.Default.JsonElement, Empty.Of("""{"consoleManagedProviders":[],"switchableOrgCount":0}""")),
        Route.Get("/experimental/console/orgs", "experimental.console.orgs", "Organisations of that console.", ServerJson.Default.JsonElement, Empty.Of("""{"orgs":[]}""")),

        .. from path in (string[])["append-prompt", "open-help", "open-sessions", "open-themes", "open-models", "submit-prompt", "clear-prompt", "execute-command", "show-toast", "publish", "select-session"]
           select Route.Post($"/tui/{path}", $"tui.{path.Replace('-', '_')}", "Steers a terminal client; none is connected that way.", ServerJson.Default.Boolean, Empty.AcceptAsync)
               with { Wording = path is "append-prompt" or "execute-command" or "publish" or "select-session" ? Wording.Tagged : Wording.Named },
        Route.Post("/tui/control/response", "tui.control.response", "Answers a request for a terminal client.", ServerJson.Default.Boolean, Empty.AcceptAsync),

        NoSharing("POST", "session.share"),
        NoSharing("DELETE", "session.unshare"),
        NotYet("PATCH", "/session/{sessionID}/message/{messageID}/part/{partID}", "part.update", "Changing a part"),
        NotYet("PATCH", "/config", "config.update", "Changing settings by a route"),
        NotYet("PATCH", "/global/config", "global.config.update", "Changing settings by a route"),
        NotYet("POST", "/global/upgrade", "global.upgrade", "Upgrading by a route"),
        NotYet("PATCH", "/project/{projectID}", "project.update", "Changing a project") with { Missing = new Missing("ProjectNotFoundError", "projectID") },
        NotYet("POST", "/project/git/init", "project.git.init", "Starting a repository by a route") with { Wording = Wording.Named },
        NotYet("POST", "/provider/{providerID}/oauth/authorize", "provider.oauth.authorize", "Logging in through a browser"),
        NotYet("POST", "/provider/{providerID}/oauth/callback", "provider.oauth.callback", "Logging in through a browser"),
        NotYet("POST", "/mcp", "mcp.add", "Adding MCP servers by a route"),
        NotYet("POST", "/mcp/{name}/auth", "mcp.auth.start", "Logging in to an MCP server") with { Missing = UnknownMcp },
        NotYet("DELETE", "/mcp/{name}/auth", "mcp.auth.remove", "Logging in to an MCP server") with { Missing = UnknownMcp, Wording = Wording.Named },
        NotYet("POST", "/mcp/{name}/auth/callback", "mcp.auth.callback", "Logging in to an MCP server") with { Missing = UnknownMcp },
        NotYet("POST", "/mcp/{name}/auth/authenticate", "mcp.auth.authenticate", "Logging in to an MCP server") with { Missing = UnknownMcp },
        NotYet("POST", "/mcp/{name}/connect", "mcp.connect", "Connecting MCP servers by a route") with { Missing = UnknownMcp, Wording = Wording.Named },
        NotYet("POST", "/mcp/{name}/disconnect", "mcp.disconnect", "Disconnecting MCP servers by a route") with { Missing = UnknownMcp, Wording = Wording.Named },
    ];

    private static Route List(string path, string id, string summary) => Route.Get(path, id, summary, ServerJson.Default.JsonElement, Empty.ListAsync);

    private static Route Map(string path, string id, string summary) => Route.Get(path, id, summary, ServerJson.Default.JsonElement, Empty.MapAsync);

    private static Route NoSharing(string method, string id) => SessionEndpoints.OfSession(new Route(
        method, "/session/{sessionID}/share", id, "Sharing: there is no service to share with.",
        _ => throw new UserException("There is no service to share sessions with; mimo export writes a session to a file.", 1))) with { Wording = Wording.Named };

    private static Route NotYet(string method, string path, string id, string what) =>
        new(method, path, id, $"{what}: not possible yet.", _ => throw new UserException($"{what} is not possible yet.", 1, 501)) { Wording = Wording.Tagged };
}
