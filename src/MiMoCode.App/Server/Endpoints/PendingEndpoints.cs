using System.Collections.Immutable;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>
/// What clients of this API ask for and there is nothing to say about: lists are empty, what belongs to another vendor is switched off,
/// and what cannot be done says so.
/// </summary>
internal static class PendingEndpoints
{
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

        Refused("/tui/control/next", "tui.control.next", "Waiting for a request to a terminal client", "No terminal client takes requests from this server.") with { Method = "GET" },

        NoSharing("POST", "session.share"),
        NoSharing("DELETE", "session.unshare"),
        Refused("/project/git/init", "project.git.init", "Starting a repository", "Run git init in the folder yourself, then open it anew: what was said in it before belongs to the folder without a repository."),
        Refused("/provider/{providerID}/oauth/authorize", "provider.oauth.authorize", "Logging in through a browser", "Providers are logged in to with an API key here; see /provider/auth.") with { Wording = Wording.Tagged },
        Refused("/provider/{providerID}/oauth/callback", "provider.oauth.callback", "Logging in through a browser", "No login through a browser has begun; see /provider/auth.") with { Wording = Wording.Tagged },
        Route.Post("/global/upgrade", "global.upgrade", "Upgrading by a route: not possible.", ServerJson.Default.JsonElement,
            Empty.Of("""{"success":false,"error":"The server does not replace its own program; install the new version and start it again."}""")) with { Wording = Wording.Tagged },
        Refused("/mcp", "mcp.add", "Adding MCP servers", "This version does not connect MCP servers yet.") with { Wording = Wording.Tagged },
        OfMcp("POST", "auth", "mcp.auth.start"),
        OfMcp("DELETE", "auth", "mcp.auth.remove") with { Wording = Wording.Named },
        OfMcp("POST", "auth/callback", "mcp.auth.callback"),
        OfMcp("POST", "auth/authenticate", "mcp.auth.authenticate"),
        OfMcp("POST", "connect", "mcp.connect") with { Wording = Wording.Named },
        OfMcp("POST", "disconnect", "mcp.disconnect") with { Wording = Wording.Named },
    ];

    private static Route List(string path, string id, string summary) => Route.Get(path, id, summary, ServerJson.Default.JsonElement, Empty.ListAsync);

    private static Route Map(string path, string id, string summary) => Route.Get(path, id, summary, ServerJson.Default.JsonElement, Empty.MapAsync);

    private static Route NoSharing(string method, string id) => SessionEndpoints.OfSession(new Route(
        method, "/session/{sessionID}/share", id, "Sharing: there is no service to share with.",
        _ => throw new UserException("There is no service to share sessions with; mimo export writes a session to a file.", 1))) with { Wording = Wording.Named };

    private static Route Refused(string path, string id, string what, string why) =>
        new("POST", path, id, $"{what}: not possible.", _ => throw new UserException(why));

    /// <summary>About one of the MCP servers, of which there is none.</summary>
    private static Route OfMcp(string method, string path, string id) =>
        new(method, $"/mcp/{{name}}/{path}", id, "About an MCP server; this version connects none yet.", static call => throw UserException.NotFound("MCP server", call.Part("name")))
        {
            Missing = new Missing("McpServerNotFoundError", "name"), Wording = Wording.Tagged,
        };
}
