using System.Collections.Immutable;
using MiMoCode.App.Server.Endpoints;

namespace MiMoCode.App.Server;

/// <summary>The table of all routes.</summary>
internal static class Routes
{
    public static ImmutableArray<Route> All { get; } =
    [
        .. GlobalEndpoints.Routes,
        .. EventEndpoints.Routes,
        .. SessionEndpoints.Routes,
        .. MessageEndpoints.Routes,
        .. MemoryEndpoints.Routes,
        .. GoalEndpoints.Routes,
        .. AskEndpoints.Routes,
        .. FileEndpoints.Routes,
        .. SetUpEndpoints.Routes,
        .. PtyEndpoints.Routes,
        .. ClientEndpoints.Routes,
        .. LocatedEndpoints.Routes,
        .. PendingEndpoints.Routes,
        .. DocEndpoint.Routes,
    ];
}
