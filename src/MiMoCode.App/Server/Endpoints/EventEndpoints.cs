using System.Collections.Immutable;
using MiMoCode.App.Server.Streams;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What happens, as streams.</summary>
internal static class EventEndpoints
{
    private static readonly FrameWriter Plain = new(withFolder: false), WithFolder = new(withFolder: true);

    public static ImmutableArray<Route> Routes { get; } =
    [
        new("GET", "/event", "event.subscribe", "Everything that happens in the project, as server-sent events.", ProjectAsync) { Answer = ProtocolJson.Default.Event },
        new("GET", "/global/event", "global.event", "Everything that happens in all projects, as server-sent events.", GlobalAsync) { Scope = Scope.Global },
    ];

    private static async Task ProjectAsync(Call call)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, call.Use.Retired);
        await new EventStream(call.Workspace.Feed, Plain, call.Workspaces.Clock).RunAsync(call, new InstanceDisposed(call.Workspace.Directory), ended.Token);
    }

    private static Task GlobalAsync(Call call) =>
        new EventStream(call.Workspaces.Feed, WithFolder, call.Workspaces.Clock).RunAsync(call, null, call.Ended);
}
