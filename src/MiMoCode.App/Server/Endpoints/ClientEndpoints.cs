using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.App.Server.Endpoints.SessionEndpoints;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What our own client asks for where the routes that others know say less than it needs.</summary>
internal static class ClientEndpoints
{
    private const long MostImportBytes = 256 << 20;
    private const int MostFiles = 100_000;

    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Send("POST", "/mimo/session", "mimo.session.import", "Stores an exported session under its own ids.", ProtocolJson.Default.SessionExport, ProtocolJson.Default.SessionInfo,
            static (call, body) => call.Workspace.Sessions.ImportAsync(body, call.Cancelled)) with { MostBytes = MostImportBytes },
        OfSession(Route.Send("POST", "/mimo/session/{sessionID}/prompt", "mimo.session.prompt", "Prompts the agent and does not wait; says whether the prompt waits.", ProtocolJson.Default.PromptRequest, ProtocolJson.Default.PromptAccepted,
            static (call, body) => call.Workspace.Talk.PromptAsync(Id(call), body, call.Cancelled)) with { MostBytes = MessageEndpoints.MostPromptBytes }),
        OfSession(Route.Send("POST", "/mimo/session/{sessionID}/command", "mimo.session.command", "Carries out a slash command and does not wait for an answer.", ProtocolJson.Default.CommandRequest, ProtocolJson.Default.PromptAccepted,
            static (call, body) => call.Workspace.Talk.CommandAsync(Id(call), body, call.Cancelled)) with { MostBytes = MessageEndpoints.MostPromptBytes }),
        OfSession(Route.Get("/mimo/session/{sessionID}/wait", "mimo.session.wait", "Waits until the session is idle; how the turn ended.", ProtocolJson.Default.TurnEnd,
            static call => call.Workspace.Talk.WaitAsync(Id(call), call.Query("messageID") ?? "", call.Cancelled))),
        OfSession(Route.Post("/mimo/session/{sessionID}/abort", "mimo.session.abort", "Stops what the session is doing; false when it did nothing.", ServerJson.Default.Boolean,
            static call => call.Workspace.Talk.AbortAsync(Id(call), call.Cancelled))),
        OfSession(Route.Get("/mimo/session/{sessionID}/changes", "mimo.session.changes", "What the session changed in files, and what is not known.", ProtocolJson.Default.SessionChanges,
            static call => call.Workspace.Changes.DiffAsync(Id(call), call.Query("messageID"), call.Cancelled))),
        OfSession(Route.Send("POST", "/mimo/session/{sessionID}/revert", "mimo.session.revert", "Takes back from a message on; what became of each file.", ProtocolJson.Default.RevertRequest, ProtocolJson.Default.RevertResult,
            static (call, body) => call.Workspace.Changes.RevertAsync(Id(call), body, call.Cancelled))),
        OfSession(Route.Post("/mimo/session/{sessionID}/unrevert", "mimo.session.unrevert", "Brings back what was taken back; what became of each file.", ProtocolJson.Default.RevertResult,
            static call => call.Workspace.Changes.UnrevertAsync(Id(call), call.Cancelled))),
        Route.Get("/mimo/agent", "mimo.agent.list", "The agents that people may see.", ProtocolJson.Default.ImmutableArrayAgentSummary,
            static call => call.Workspace.Catalogue.AgentsAsync(call.Cancelled)),
        Route.Get("/mimo/model", "mimo.model.list", "The models, and which can be used.", ProtocolJson.Default.ImmutableArrayModelSummary,
            static call => call.Workspace.Catalogue.ModelsAsync(call.Cancelled)),
        Route.Get("/mimo/tool", "mimo.tool.list", "The tools, as models see them.", ProtocolJson.Default.ImmutableArrayToolDefinition,
            static call => call.Workspace.Catalogue.ToolsAsync(call.Cancelled)),
        Route.Get("/mimo/answerer", "mimo.answerer", "Who answers, and why that model.", ProtocolJson.Default.Answerer, AnswererAsync),
        Route.Get("/mimo/place", "mimo.place", "The folder, its project and its branch.", ProtocolJson.Default.ProjectPlace,
            static call => call.Workspace.Catalogue.PlaceAsync(call.Cancelled)),
        Route.Get("/mimo/file", "mimo.file.list", "Paths of files that git does not ignore.", ProtocolJson.Default.ImmutableArrayString,
            static call => call.Workspace.Catalogue.FilesAsync((int)(call.Number("limit", MostFiles) ?? MostFiles), call.Cancelled)),
    ];

    private static Task<Answerer> AnswererAsync(Call call)
    {
        var named = call.Query("model") is { } name
            ? ModelRef.Parse(name) ?? throw new UserException($"'{name}' is not a model: write provider/model.")
            : null;
        return call.Workspace.Catalogue.AnswererAsync(call.Query("sessionID"), named, call.Cancelled);
    }
}
