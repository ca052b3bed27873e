using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Sessions;
using static MiMoCode.App.Server.Endpoints.SessionEndpoints;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What the agent asks people, and what they answer.</summary>
internal static class AskEndpoints
{
    private static readonly Missing UnknownQuestion = new("QuestionNotFoundError", "requestID");

    public static ImmutableArray<Route> Routes { get; } =
    [
        Route.Get("/permission", "permission.list", "The open permission requests.", ProtocolJson.Default.ImmutableArrayPermissionRequest,
            static call => call.Workspace.Asks.PermissionsAsync(call.Cancelled)),
        Route.Send("POST", "/permission/{requestID}/reply", "permission.reply", "Answers a permission request.", ServerJson.Default.PermissionAnswerBody, ServerJson.Default.Boolean,
            static (call, body) => ReplyAsync(call, call.Part("requestID"), body.Reply, body.Message)) with { Missing = new Missing("PermissionNotFoundError", "requestID") },
        OfSession(Route.Send("POST", "/session/{sessionID}/permissions/{permissionID}", "permission.respond", "The same in its older form.", ServerJson.Default.OldPermissionAnswerBody, ServerJson.Default.Boolean,
            static (call, body) => ReplyAsync(call, call.Part("permissionID"), body.Response, null))),
        Route.Get("/question", "question.list", "The open questions.", ProtocolJson.Default.ImmutableArrayQuestionRequest,
            static call => call.Workspace.Asks.QuestionsAsync(call.Cancelled)),
        Route.Send("POST", "/question/{requestID}/reply", "question.reply", "Answers a question: the chosen labels, question by question.", ServerJson.Default.QuestionAnswerBody, ServerJson.Default.Boolean,
            static async (call, body) => Answered(await call.Workspace.Asks.AnswerAsync(call.Part("requestID"), body.Answers, call.Cancelled), call)) with { Missing = UnknownQuestion },
        Route.Post("/question/{requestID}/reject", "question.reject", "Refuses to answer a question.", ServerJson.Default.Boolean,
            static async call => Answered(await call.Workspace.Asks.RejectAsync(call.Part("requestID"), call.Cancelled), call)) with { Missing = UnknownQuestion, Wording = Wording.Tagged },
    ];

    private static async Task<bool> ReplyAsync(Call call, string request, PermissionReply reply, string? message) =>
        await call.Workspace.Asks.ReplyAsync(request, reply, message, call.Cancelled) ? true : throw UserException.NotFound("open request", request);

    private static bool Answered(bool wasOpen, Call call) =>
        wasOpen ? true : throw UserException.NotFound("open question", call.Part("requestID"));
}
