using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>Sessions: found, made, changed, copied, deleted.</summary>
internal static class SessionEndpoints
{
    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/session", "session.list", "The sessions of the project, newest first.", ProtocolJson.Default.ImmutableArraySessionInfo, ListAsync),
        Route.Send("POST", "/session", "session.create", "A new session.", ProtocolJson.Default.CreateSession, ProtocolJson.Default.SessionInfo,
            static (call, body) => call.Workspace.Sessions.CreateAsync(body, call.Cancelled)),
        Route.Get("/session/status", "session.status", "The sessions that are not idle.", ProtocolJson.Default.ImmutableDictionaryStringSessionStatus,
            static call => call.Workspace.Talk.StatusAsync(call.Cancelled)) with { Wording = Wording.Tagged },
        OfSession(Route.Get("/session/{sessionID}", "session.get", "One session.", ProtocolJson.Default.SessionInfo,
            static call => call.Workspace.Sessions.GetAsync(Id(call), call.Cancelled))),
        OfSession(Route.Send("PATCH", "/session/{sessionID}", "session.update", "Changes title, rules or archive date.", ProtocolJson.Default.UpdateSession, ProtocolJson.Default.SessionInfo,
            static (call, body) => call.Workspace.Sessions.UpdateAsync(Id(call), body, call.Cancelled))),
        OfSession(Route.Delete("/session/{sessionID}", "session.delete", "Deletes a session, its children and everything in them.", ServerJson.Default.Boolean, DeleteAsync)),
        OfSession(Route.Get("/session/{sessionID}/children", "session.children", "The sessions that this one started.", ProtocolJson.Default.ImmutableArraySessionInfo,
            static call => call.Workspace.Sessions.ChildrenAsync(Id(call), call.Cancelled))),
        OfSession(Route.Get("/session/{sessionID}/todo", "session.todo", "The agent's list of things to do.", ProtocolJson.Default.ImmutableArrayTodo,
            static call => call.Workspace.Sessions.TodosAsync(Id(call), call.Cancelled))),
        OfSession(Route.Send("POST", "/session/{sessionID}/fork", "session.fork", "A copy of a session up to, and without, a message.", ServerJson.Default.ForkBody, ProtocolJson.Default.SessionInfo,
            static (call, body) => call.Workspace.Sessions.ForkAsync(Id(call), body.MessageId, call.Cancelled))),
        OfSession(Route.Send("POST", "/session/{sessionID}/revert", "session.revert", "Takes back from a message on.", ProtocolJson.Default.RevertRequest, ProtocolJson.Default.SessionInfo, RevertAsync)),
        OfSession(Route.Post("/session/{sessionID}/unrevert", "session.unrevert", "Brings back what was taken back.", ProtocolJson.Default.SessionInfo, UnrevertAsync)),
        OfSession(Route.Post("/session/{sessionID}/abort", "session.abort", "Stops what the session is doing.", ServerJson.Default.Boolean, AbortAsync)),
    ];

    /// <summary>The session that the path names.</summary>
    public static string Id(Call call) => call.Part("sessionID");

    /// <summary>The route is about one session and is served where that lives.</summary>
    public static Route OfSession(Route route) => route with { Scope = Scope.Session, Wording = Wording.Tagged };

    private static Task<ImmutableArray<SessionInfo>> ListAsync(Call call)
    {
        DateTimeOffset? start = call.Number("start", 253402300799999) is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
        var query = new SessionQuery(call.Flag("roots"), start, call.Query("search"), (int?)call.Number("limit", 10_000), call.Flag("all") ?? false);
        return call.Workspace.Sessions.ListAsync(query, call.Cancelled);
    }

    private static async Task<SessionInfo> RevertAsync(Call call, RevertRequest body) =>
        (await call.Workspace.Changes.RevertAsync(Id(call), body, call.Cancelled)).Session;

    private static async Task<SessionInfo> UnrevertAsync(Call call) =>
        (await call.Workspace.Changes.UnrevertAsync(Id(call), call.Cancelled)).Session;

    private static async Task<bool> DeleteAsync(Call call)
    {
        await call.Workspace.Sessions.DeleteAsync(Id(call), call.Cancelled);
        return true;
    }

    private static async Task<bool> AbortAsync(Call call)
    {
        await call.Workspace.Talk.AbortAsync(Id(call), call.Cancelled);
        return true;
    }
}
