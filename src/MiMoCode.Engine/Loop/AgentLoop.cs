using MiMoCode.Protocol.Messages;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// The heart: prompt → model → tools → again? Runs one session until its inbox is empty; at most one run per session, and every
/// way out leaves a valid history. It names no feature and no tool; whatever else there is comes in by a plug.
/// </summary>
internal sealed class AgentLoop(
    TurnSetup setup,
    ToolSet tools,
    ContextBuilder context,
    IWindowKeeper keeper,
    IReadOnlyList<IStepGate> gates,
    Inbox inbox,
    SessionLog log,
    TimeProvider clock,
    int reentryLimit = 8)
{
    /// <summary>How often a step makes its request shorter before it gives up.</summary>
    private const int MostRefusals = 4;

    /// <summary>Never throws for what a model, a tool or a gate did: the outcome says how it ended.</summary>
    public async Task<Outcome> RunAsync(Session session, CancellationToken cancellationToken)
    {
        var outcome = new Outcome(StopReason.Done);
        try
        {
            while (outcome.Reason is StopReason.Done && await inbox.TakeOrIdleAsync(session, cancellationToken))
            {
                log.TellBusy(session);
                outcome = await AnswerAsync(session, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = new Outcome(StopReason.Aborted);
        }
        catch (Exception error)
        {
            // One of the three borders: a bug or a refused setting ends this run, not the session.
            outcome = new Outcome(StopReason.Failed, error.Message);
            log.TellError(session, error);
        }

        log.TellIdle(session, outcome);
        return outcome;
    }

    /// <summary>Takes steps until the model is done and no gate sends it back, or until a gate stops it.</summary>
    private async Task<Outcome> AnswerAsync(Session session, CancellationToken cancellationToken)
    {
        await BeginTurnAsync(session, cancellationToken);
        var reentries = 0;
        for (var number = 1; ; number++)
        {
            var step = await TakeStepAsync(session, number, cancellationToken);
            switch (await JudgeAsync(step, cancellationToken))
            {
                case Stop stop:
                    return new Outcome(stop.Reason, stop.Text);
                case GoOn goOn when ++reentries > (goOn.AtMost ?? reentryLimit):
                    return new Outcome(StopReason.ReentryLimit, $"Sent back {reentries - 1} times, at last by: {goOn.Cause}.");
                case GoOn goOn:
                    await log.StoreMessageAsync(session, UserMessages.Synthetic(session, goOn.Text, clock));
                    break;
                case Pass when step.Reason is not StopReason.ToolCalls:
                    return new Outcome(step.Reason, (step.Reply.Info as AssistantMessage)?.Error?.Data.Message);
            }

            if (await inbox.TakeSteeringAsync(session, cancellationToken))
            {
                reentries = 0;
                await BeginTurnAsync(session, cancellationToken);
            }
        }
    }

    private async ValueTask BeginTurnAsync(Session session, CancellationToken cancellationToken)
    {
        var prompt = session.Prompt ?? throw new InvalidOperationException("A turn begins with a user message.");
        session.Turn = await setup(session, prompt, cancellationToken);
    }

    private async Task<Step> TakeStepAsync(Session session, int number, CancellationToken cancellationToken)
    {
        var before = session.ContextTokens;
        var request = await context.BuildAsync(session, cancellationToken);
        if (await keeper.FitAsync(session, request, refused: false, cancellationToken))
            request = await context.BuildAsync(session, cancellationToken);

        var end = await StreamAsync(session, request, cancellationToken);
        for (var refusals = 1; end.Reason is StopReason.ContextFull && refusals <= MostRefusals; refusals++)
        {
            if (!await keeper.FitAsync(session, request, refused: true, cancellationToken))
                break;
            request = await context.BuildAsync(session, cancellationToken);
            end = await StreamAsync(session, request, cancellationToken);
        }

        var reply = session.History[^1];
        var calls = reply.Parts.OfType<ToolPart>().Where(call => !call.State.IsFinal).ToList();
        var ended = await tools.RunAsync(session, calls, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        var use = new WindowUse(before, session.ContextTokens, session.Turn.Model.ContextLimit);
        return new Step(session, request, session.History[^1], use, end.Billed, ended ?? end.Reason, number);
    }

    private Task<Finished> StreamAsync(Session session, ModelRequest request, CancellationToken cancellationToken) =>
        ReplyWriter.TakeDownAsync(session, stop => session.Turn.Provider.StreamAsync(request, stop), log, clock, cancellationToken);

    private async Task<Verdict> JudgeAsync(Step step, CancellationToken cancellationToken)
    {
        Verdict strongest = Pass.Instance;
        foreach (var gate in gates)
        {
            var verdict = await gate.AfterStepAsync(step, cancellationToken);
            if (verdict.Rank > strongest.Rank)
                strongest = verdict;
        }

        return strongest;
    }
}
