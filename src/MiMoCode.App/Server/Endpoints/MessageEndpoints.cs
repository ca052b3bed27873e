using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;
using static MiMoCode.App.Server.Endpoints.SessionEndpoints;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>What is said in a session.</summary>
internal static class MessageEndpoints
{
    private const int MostMessages = 1000;

    /// <summary>Prompts carry images.</summary>
    private const long MostPromptBytes = 16 << 20;

    public static ImmutableArray<Route> Routes { get; } =
    [
        OfSession(Route.Get("/session/{sessionID}/message", "session.messages", "What was said, a page at a time from the end.", ProtocolJson.Default.ImmutableArrayMessageWithParts, ListAsync)),
        OfSession(Route.Send("POST", "/session/{sessionID}/message", "session.prompt", "Prompts the agent and waits for its answer.", ProtocolJson.Default.PromptRequest, ProtocolJson.Default.MessageWithParts, PromptAsync)
            with { MostBytes = MostPromptBytes }),
        OfSession(new Route("POST", "/session/{sessionID}/prompt_async", "session.prompt_async", "Prompts the agent and does not wait.", BeginAsync)
            { Body = ProtocolJson.Default.PromptRequest, MostBytes = MostPromptBytes }),
    ];

    private static async Task<ImmutableArray<MessageWithParts>> ListAsync(Call call)
    {
        var limit = (int?)call.Number("limit", MostMessages);
        var page = await call.Workspace.Sessions.MessagesAsync(Id(call), limit is 0 ? null : limit, call.Query("before"), call.Cancelled);
        if (page.Before is { } cursor)
        {
            var request = call.Http.Request;
            var query = QueryString.Create(request.Query.Where(each => each.Key != "before")).Add("before", cursor);
            call.Http.Response.Headers["X-Next-Cursor"] = cursor;
            call.Http.Response.Headers.Link = $"<{request.Scheme}://{request.Host}{request.PathBase}{request.Path}{query}>; rel=\"next\"";
        }

        return page.Messages;
    }

    private static async Task<MessageWithParts> PromptAsync(Call call, PromptRequest prompt)
    {
        var accepted = await call.Workspace.Talk.PromptAsync(Id(call), prompt, call.Cancelled);
        if (prompt.NoReply is true)
            return await FindAsync(call, accepted.MessageId);
        var end = await call.Workspace.Talk.WaitAsync(Id(call), accepted.MessageId, call.Cancelled);
        return end.Reply ?? throw new UserException(end.Text ?? "The turn ended without an answer.", 1, 500);
    }

    private static async Task BeginAsync(Call call)
    {
        var prompt = await call.ReadAsync(ProtocolJson.Default.PromptRequest);
        await call.Workspace.Talk.PromptAsync(Id(call), prompt, call.Cancelled);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task<MessageWithParts> FindAsync(Call call, string messageId)
    {
        var page = await call.Workspace.Sessions.MessagesAsync(Id(call), null, null, call.Cancelled);
        return page.Messages.LastOrDefault(message => message.Info.Id == messageId) ?? throw UserException.NotFound("message", messageId);
    }
}
