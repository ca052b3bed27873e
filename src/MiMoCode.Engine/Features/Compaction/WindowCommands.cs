using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Engine.Loop;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Features.Compaction;

/// <summary>
/// A new window because a person asks for it: <c>/rebuild</c> makes it from the checkpoint, <c>/compact</c> from a summary and what is
/// to be looked at above all. A session at work gets it before its next request, an idle one at once; nothing is asked of its agent.
/// </summary>
internal sealed class WindowCommands(SessionLoops loops, TurnSetup setup, ContextBuilder context, WindowKeeper keeper, Leases leases, SessionLog log)
{
    private static readonly string[] Names = ["rebuild", "compact", "summarize"];

    /// <summary>True for a command of this name, with or without the slash.</summary>
    public static bool Knows(string command) => Names.Contains(command.TrimStart('/'));

    /// <summary>Returns when the window is there, or when the session at work has been told.</summary>
    /// <exception cref="UserException">There is nothing to make a window of, or another process drives the session.</exception>
    public async Task<PromptAccepted> RunAsync(string sessionId, CommandRequest request, CancellationToken cancellationToken)
    {
        var order = new WindowOrder(request.Command.TrimStart('/') is not "rebuild", request.Arguments.Trim());
        var made = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (await loops.StartAsync(sessionId, WorkAsync, cancellationToken))
            return new PromptAccepted(await made.Task.WaitAsync(cancellationToken), Busy: false) { Said = "The window is new. Everything before it can still be looked up." };
        if (!loops.IsRunning(sessionId) && leases.IsHeld(Leases.OfSession(sessionId)))
            throw new UserException("Another process works on this session. Give the command there, or wait until it is done.", 2, 409);
        keeper.Order(sessionId, order);
        return new PromptAccepted("", Busy: true) { Said = "The agent gets a new window before its next request." };

        async Task<Outcome> WorkAsync(Session session, CancellationToken stopping)
        {
            log.TellBusy(session);
            try
            {
                made.SetResult(await OpenAsync(session, order, stopping));
            }
            catch (Exception error)
            {
                made.SetException(error);
            }

            var outcome = new Outcome(StopReason.Done);
            log.TellIdle(session, outcome);
            return outcome;
        }
    }

    private async Task<string> OpenAsync(Session session, WindowOrder order, CancellationToken cancellationToken)
    {
        var prompt = session.Prompt ?? throw new UserException("There is nothing in this session yet.", 2, 400);
        session.Turn = await setup(session, prompt, cancellationToken);
        await keeper.OpenAsync(session, await context.BuildAsync(session, cancellationToken), order, cancellationToken);
        return session.Window?.HeadId ?? "";
    }
}
