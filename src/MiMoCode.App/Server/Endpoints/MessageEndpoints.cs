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
    internal const long MostPromptBytes = 16 << 20;

    public static ImmutableArray<Route> Routes { get; } =
    [
        OfSession(Route.Get("/session/{sessionID}/message", "session.messages", "What was said, a page at a time from the end.", ProtocolJson.Default.ImmutableArrayMessageWithParts, ListAsync)),
        OfSession(Route.Send("POST", "/session/{sessionID}/message", "session.prompt", "Prompts the agent and waits for its answer.", ProtocolJson.Default.PromptRequest, ProtocolJson.Default.MessageWithParts, PromptAsync)
            with { MostBytes = MostPromptBytes }),
        OfSession(new Route("POST", "/session/{sessionID}/prompt_async", "session.prompt_async", "Prompts the agent and does not wait.", BeginAsync)
            { Body = ProtocolJson.Default.PromptRequest, MostBytes = MostPromptBytes }),
        OfSession(Route.Get("/session/{sessionID}/message/{messageID}", "session.message", "One message with its parts.", ProtocolJson.Default.MessageWithParts,
            static call => FindAsync(call, call.Part("messageID")))),
        OfSession(Route.Delete("/session/{sessionID}/message/{messageID}", "session.message.delete", "Takes a message out of the session.", ServerJson.Default.Boolean,
            static call => RemoveAsync(call, null))),
        OfSession(Route.Delete("/session/{sessionID}/message/{messageID}/part/{partID}", "part.delete", "Takes a part out of a message.", ServerJson.Default.Boolean,
            static call => RemoveAsync(call, call.Part("partID")))),
        OfSession(Route.Send("PATCH", "/session/{sessionID}/message/{messageID}/part/{partID}", "part.update", "Replaces a part of a message.", ProtocolJson.Default.Part, ProtocolJson.Default.Part, UpdateAsync)),
        OfSession(Route.Get("/session/{sessionID}/diff", "session.diff", "What the session changed in files.", ProtocolJson.Default.ImmutableArrayFileDiff, DiffAsync)) with { Wording = Wording.Named },
        OfSession(Route.Send("POST", "/session/{sessionID}/command", "session.command", "Carries out a slash command and waits for the answer.", ProtocolJson.Default.CommandRequest, ProtocolJson.Default.MessageWithParts, CommandAsync)
            with { MostBytes = MostPromptBytes }),
        OfSession(Route.Send("POST", "/session/{sessionID}/shell", "session.shell", "Runs a command line of a person and waits for its end.", ProtocolJson.Default.ShellRequest, ProtocolJson.Default.MessageWithParts,
            static (call, body) => call.Workspace.Talk.ShellAsync(Id(call), body, call.Cancelled))),
        OfSession(Route.Send("POST", "/session/{sessionID}/summarize", "session.summarize", "Sums the conversation up and goes on from the summary.", ServerJson.Default.SummarizeBody, ServerJson.Default.Boolean, SummarizeAsync)),
        OfSession(Route.Send("POST", "/session/{sessionID}/init", "session.init", "Has the agent write AGENTS.md, and waits until it is done.", ServerJson.Default.InitBody, ServerJson.Default.Boolean, InitAsync)),
        Route.Get("/command", "command.list", "The slash commands.", ProtocolJson.Default.ImmutableArrayCommandSummary,
            static call => call.Workspace.Catalogue.CommandsAsync(call.Cancelled)),
        Route.Get("/skill", "app.skills", "The skills.", ProtocolJson.Default.ImmutableArraySkillSummary,
            static call => call.Workspace.Catalogue.SkillsAsync(call.Cancelled)),
        Route.Get("/experimental/tool/ids", "tool.ids", "The names of the tools.", ProtocolJson.Default.ImmutableArrayString,
            static async call => [.. (await call.Workspace.Catalogue.ToolsAsync(call.Cancelled)).Select(tool => tool.Name)]) with { Wording = Wording.Tagged },
        Route.Get("/experimental/tool", "tool.list", "The tools, as models see them.", ServerJson.Default.ImmutableArrayToolBody,
            static async call => [.. (await call.Workspace.Catalogue.ToolsAsync(call.Cancelled)).Select(tool => new ToolBody(tool.Name, tool.Description, tool.InputSchema))])
            with { Wording = Wording.Tagged },
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
        return prompt.NoReply is true ? await FindAsync(call, accepted.MessageId) : await AnswerAsync(call, accepted);
    }

    private static async Task<MessageWithParts> CommandAsync(Call call, CommandRequest command)
    {
        var accepted = await call.Workspace.Talk.CommandAsync(Id(call), command, call.Cancelled);
        return accepted.Said is { } said ? Saying(call, said) : await AnswerAsync(call, accepted);
    }

    /// <summary>What the program itself says, in the form of an answer; it is not part of the history.</summary>
    private static MessageWithParts Saying(Call call, string said)
    {
        var now = call.Workspaces.Clock.GetUtcNow();
        var info = new AssistantMessage
        {
            Id = Ids.Message(call.Workspaces.Clock), SessionId = Id(call), Time = new MessageTime(now, now), Agent = "", Mode = "", ParentId = "",
            ModelId = "", ProviderId = "", Path = new MessagePath(call.Workspace.Directory, call.Workspace.Directory), Tokens = TokenUsage.None, Finish = StopReason.Done,
        };
        return new MessageWithParts(info, [new TextPart(said, Synthetic: true) { Id = Ids.Part(call.Workspaces.Clock), SessionId = info.SessionId, MessageId = info.Id }]);
    }

    private static async Task<bool> SummarizeAsync(Call call, SummarizeBody body)
    {
        await call.Workspace.Talk.CommandAsync(Id(call), new CommandRequest("compact", ""), call.Cancelled);
        return true;
    }

    private static async Task<bool> InitAsync(Call call, InitBody body)
    {
        var command = new CommandRequest("init", "", body.MessageId, Model: $"{body.ProviderId}/{body.ModelId}");
        var accepted = await call.Workspace.Talk.CommandAsync(Id(call), command, call.Cancelled);
        await call.Workspace.Talk.WaitAsync(Id(call), accepted.MessageId, call.Cancelled);
        return true;
    }

    private static async Task<MessageWithParts> AnswerAsync(Call call, PromptAccepted accepted)
    {
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
        // What waits in the queue is in the list before it is in the history.
        var page = await call.Workspace.Sessions.MessagesAsync(Id(call), 1, null, call.Cancelled);
        return page.Messages.LastOrDefault(message => message.Info.Id == messageId)
            ?? await call.Workspace.Sessions.MessageAsync(Id(call), messageId, call.Cancelled);
    }

    private static Task<Part> UpdateAsync(Call call, Part part) =>
        (part.SessionId, part.MessageId, part.Id) == (Id(call), call.Part("messageID"), call.Part("partID"))
            ? call.Workspace.Sessions.UpdatePartAsync(Id(call), part, call.Cancelled)
            : throw new UserException("The part is another one than the path names.");

    private static async Task<bool> RemoveAsync(Call call, string? partId)
    {
        await call.Workspace.Sessions.RemoveAsync(Id(call), call.Part("messageID"), partId, call.Cancelled);
        return true;
    }

    private static async Task<ImmutableArray<FileDiff>> DiffAsync(Call call) =>
        (await call.Workspace.Changes.DiffAsync(Id(call), call.Query("messageID"), call.Cancelled)).Files;
}
