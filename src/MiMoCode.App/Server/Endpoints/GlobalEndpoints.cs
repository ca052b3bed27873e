using System.Collections.Immutable;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>About the server itself.</summary>
internal static class GlobalEndpoints
{
    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/global/health", "global.health", "Whether the server answers, and its version.", ServerJson.Default.Health,
            static call => Task.FromResult(new Health(true, call.Workspaces.Version))) with { Scope = Scope.Global },
        Route.Post("/global/dispose", "global.dispose", "Closes all projects; each is opened anew when it is needed.", ServerJson.Default.Boolean, DisposeAsync) with { Scope = Scope.Global },
        Route.Post("/instance/dispose", "instance.dispose", "Closes the project; it is opened anew when it is needed.", ServerJson.Default.Boolean, DisposeAsync),
    ];

    private static async Task<bool> DisposeAsync(Call call)
    {
        await call.Workspaces.ReloadAsync(call.Cancelled);
        return true;
    }
}
