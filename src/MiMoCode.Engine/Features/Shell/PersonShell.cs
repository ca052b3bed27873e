using System.Text.Json;
using System.Text.Json.Nodes;
using MiMoCode.Engine.Foundation.Assets;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Shell;

/// <summary>
/// Runs command lines that a person gives in a session. Nobody is asked, because the person is who would be asked; what came of it
/// stands in the conversation as a tool call would, so that the agent knows of it.
/// </summary>
/// <param name="loops">Hold the session meanwhile, and let it be stopped.</param>
/// <param name="prompts">Read who would answer.</param>
/// <param name="tools">The tool that runs command lines, without gates.</param>
/// <param name="open">Says that there is no such session.</param>
/// <param name="assets">Hold what the agent is told about such a command line.</param>
/// <param name="log">Stores and tells.</param>
/// <param name="clock">The time.</param>
internal sealed class PersonShell(
    SessionLoops loops, PromptReader prompts, ToolSet tools, SessionOpener open, Assets assets, SessionLog log, TimeProvider clock)
{
    private const int LongestTime = 1_800_000;

    /// <summary>Returns when the command has ended; the message that holds it.</summary>
    /// <exception cref="UserException">The session works (409), or there is none.</exception>
    public async Task<MessageWithParts> RunAsync(string sessionId, ShellRequest request, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Command))
            throw new UserException("The command line is empty.");
        var text = new PromptText(assets.Read("prompts/person-shell.md"), Synthetic: true);
        var prompt = new PromptRequest { Parts = [text], Agent = request.Agent, Model = request.Model, MessageId = request.MessageId };
        var asked = await prompts.ReadAsync(open(sessionId).Id, prompt, cancellationToken);
        var done = new TaskCompletionSource<MessageWithParts>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!await loops.StartAsync(sessionId, WorkAsync, cancellationToken))
            throw new UserException("The session is working. Wait until it is done, or stop it, then try again.", 1, 409);
        return await done.Task.WaitAsync(cancellationToken);

        async Task<Outcome> WorkAsync(Session session, CancellationToken stopping)
        {
            log.TellBusy(session);
            try
            {
                await log.StoreMessageAsync(session, asked);
                done.SetResult(await CallAsync(session, (UserMessage)asked.Info, request.Command, stopping));
            }
            catch (Exception error)
            {
                done.SetException(error);
            }

            var outcome = new Outcome(StopReason.Done);
            log.TellIdle(session, outcome);
            return outcome;
        }
    }

    private async Task<MessageWithParts> CallAsync(Session session, UserMessage asked, string command, CancellationToken stopping)
    {
        var info = Reply(session, asked);
        var input = new JsonObject { ["command"] = command, ["timeout"] = LongestTime };
        using var arguments = JsonDocument.Parse(input.ToJsonString());
        var call = new ToolPart(Ids.Of("call", clock), tools.Names.Single(), new ToolPending(arguments.RootElement.Clone()))
        {
            Id = Ids.Part(clock), SessionId = session.Id, MessageId = info.Id,
        };
        await log.StoreMessageAsync(session, new MessageWithParts(info, [call]));
        await tools.RunAsync(session, [call], stopping);
        var ended = info with { Finish = StopReason.Done, Time = info.Time with { Completed = clock.GetUtcNow() } };
        await log.StoreAsync(session, new MessageUpdated(ended) { SessionId = session.Id });
        return session.History.FindLast(entry => entry.Info.Id == info.Id) ?? new MessageWithParts(ended, []);
    }

    private AssistantMessage Reply(Session session, UserMessage asked) => new()
    {
        Id = Ids.Message(clock),
        SessionId = session.Id,
        ParentId = asked.Id,
        Time = new MessageTime(clock.GetUtcNow()),
        Agent = asked.Agent,
        Mode = asked.Agent,
        ProviderId = asked.Model.ProviderId,
        ModelId = asked.Model.ModelId,
        Path = new MessagePath(session.Directory, session.Worktree),
        Tokens = TokenUsage.None,
    };
}
