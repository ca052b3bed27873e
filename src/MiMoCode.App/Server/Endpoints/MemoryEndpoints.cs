using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.App.Server.Endpoints.SessionEndpoints;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What is remembered, tasks, checkpoints and windows: routes of our own.</summary>
internal static class MemoryEndpoints
{
    private const int MostHits = 200;

    public static ImmutableArray<Route> Routes { get; } =
    [
        OfSession(Route.Get("/session/{sessionID}/task", "session.task", "The agent's tasks, each before its parts.", ProtocolJson.Default.ImmutableArrayAgentTask, TasksAsync)),
        OfSession(Route.Get("/session/{sessionID}/report", "session.report", "How a session stands: its window, cost, tasks and checkpoints.", ProtocolJson.Default.SessionReport,
            static call => Task.FromResult(call.Workspace.Reports.Of(Id(call))))),
        OfSession(Route.Get("/session/{sessionID}/checkpoint", "session.checkpoint", "The checkpoints of a session, the newest first.", ProtocolJson.Default.ImmutableArrayCheckpointReport,
            static call => Task.FromResult(call.Workspace.Reports.CheckpointsOf(Id(call))))),
        Route.Get("/mimo/memory", "mimo.memory.list", "The memory files of the user, of the project and of a session.", ProtocolJson.Default.ImmutableArrayRememberedFile,
            static call => Task.FromResult(call.Workspace.Memory.List(call.Query("sessionID")))),
        Route.Get("/mimo/memory/file", "mimo.memory.file", "What a memory file holds.", ProtocolJson.Default.RememberedText,
            static call => Task.FromResult(call.Workspace.Memory.Show(call.Required("name"), call.Query("sessionID")))),
        Route.Get("/mimo/memory/search", "mimo.memory.search", "Lines of memory files that fit.", ProtocolJson.Default.Recollection, SearchAsync),
        Route.Get("/mimo/memory/version", "mimo.memory.versions", "The kept versions of a memory file.", ProtocolJson.Default.ImmutableArrayRememberedVersion,
            static call => Task.FromResult(call.Workspace.Memory.Versions(call.Required("name"), call.Query("sessionID")))),
        Route.Send("POST", "/mimo/memory", "mimo.memory.add", "Remembers a line.", ProtocolJson.Default.RememberRequest, ProtocolJson.Default.RememberedLine,
            static (call, body) => call.Workspace.Memory.AddAsync(body.Text, body.Layer ?? MemoryLayer.Project, call.Cancelled)),
        Route.Delete("/mimo/memory", "mimo.memory.forget", "Takes a line out of a memory file; it is kept as a version.", ProtocolJson.Default.RememberedLine,
            static call => call.Workspace.Memory.ForgetAsync(call.Required("name"), (int)(call.Number("line", int.MaxValue) ?? 0), call.Query("sessionID"), call.Cancelled)),
        Route.Get("/mimo/history", "mimo.history.search", "What was said and done, by its words.", ProtocolJson.Default.ImmutableArrayRememberedPart,
            static call => call.Workspace.Memory.SearchHistoryAsync(
                call.Required("query"), call.Query("sessionID"), call.Flag("all") ?? false, Limit(call), call.Cancelled)),
    ];

    private static Task<ImmutableArray<AgentTask>> TasksAsync(Call call) =>
        Task.FromResult(call.Workspace.Tasks.List(Id(call), call.Flag("all") ?? false));

    private static Task<Recollection> SearchAsync(Call call) =>
        Task.FromResult(new Recollection(call.Workspace.Memory.Search(call.Required("query"), call.Query("sessionID"), Limit(call)), []));

    private static int Limit(Call call) => (int)(call.Number("limit", MostHits) ?? 20);
}
