using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Json;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// Makes one stored message of one model request: the message before its first delta, each part when it ends, and a final state
/// however the stream ends.
/// </summary>
internal sealed class ReplyWriter : IAsyncDisposable
{
    private readonly Session session;
    private readonly SessionLog log;
    private readonly TimeProvider clock;
    private readonly StringBuilder text = new();
    private readonly List<Event> unstored = [];
    private readonly Dictionary<string, string> announced = [];
    private AssistantMessage message;
    private Part? open;

    private ReplyWriter(Session session, SessionLog log, TimeProvider clock)
    {
        (this.session, this.log, this.clock) = (session, log, clock);
        message = new AssistantMessage
        {
            Id = Ids.Message(clock),
            SessionId = session.Id,
            ParentId = session.Prompt?.Id ?? "",
            Time = new MessageTime(clock.GetUtcNow()),
            Agent = session.Turn.Agent,
            Mode = session.Turn.Agent,
            ProviderId = session.Turn.Model.ProviderId,
            ModelId = session.Turn.Model.Id,
            Variant = session.Turn.Variant,
            Path = new MessagePath(session.Directory, session.Worktree),
            Tokens = TokenUsage.None,
        };
        unstored.Add(Updated());
        unstored.Add(Updated(new StepStartPart { Id = Ids.Part(clock), SessionId = session.Id, MessageId = message.Id }));
    }

    /// <summary>
    /// Takes down a whole reply. Its message is stored while the request is on its way, and whatever has ended before anything is
    /// waited for: what arrives together costs one commit.
    /// </summary>
    /// <param name="session">The conversation that the reply goes into.</param>
    /// <param name="ask">Sends the request.</param>
    /// <param name="log">Where facts become true.</param>
    /// <param name="clock">Stamps them.</param>
    /// <param name="cancellationToken">Breaks the reply off; what had come is kept.</param>
    public static async Task<Finished> TakeDownAsync(
        Session session, Func<CancellationToken, IAsyncEnumerable<ModelEvent>> ask, SessionLog log, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var writer = new ReplyWriter(session, log, clock);
        await using var events = ask(stop.Token).GetAsyncEnumerator(stop.Token);
        while (await writer.WaitAsync(events, stop))
        {
            await writer.WriteAsync(events.Current);
            if (events.Current is Finished finished)
                return finished;
        }

        throw new InvalidOperationException("A provider ended its stream without Finished.");
    }

    /// <summary>A stream that was cut off keeps what had come.</summary>
    public async ValueTask DisposeAsync()
    {
        if (message.Finish is null)
            await EndAsync(new Finished(StopReason.Aborted, TokenUsage.None, []));
    }

    private async ValueTask<bool> WaitAsync(IAsyncEnumerator<ModelEvent> events, CancellationTokenSource stop)
    {
        var next = events.MoveNextAsync();
        if (next.IsCompleted)
            return await next;
        try
        {
            await StoreAsync();
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)next.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await next;
    }

    private async ValueTask WriteAsync(ModelEvent modelEvent)
    {
        switch (modelEvent)
        {
            case TextDelta delta:
                await ExtendAsync<TextPart>(NewText, delta.Text);
                break;
            case ReasoningDelta delta:
                await ExtendAsync<ReasoningPart>(NewReasoning, delta.Text);
                break;
            case PartEnded ended:
                EndPart(ended.Metadata);
                break;
            case ToolCallStarted started:
                EndPart();
                await StoreAsync();
                log.Tell(Updated(NewCall(started.CallId, started.Tool, new ToolPending(EmptyJson.Object), null)));
                break;
            case ToolCalled call:
                EndPart();
                unstored.Add(Updated(Called(call)));
                break;
            case Retrying retry:
                var now = clock.GetUtcNow();
                log.Tell(new SessionStatusChanged(new SessionIsRetrying(retry.Attempt, retry.Reason, now + retry.Delay, retry.AtMost, now + retry.Left))
                {
                    SessionId = session.Id,
                });
                break;
            case Restarted:
                await DropPartsAsync();
                break;
            case Finished finished:
                await EndAsync(finished);
                break;
        }
    }

    /// <summary>Stores what has ended so far; nothing is told that comes after it before this.</summary>
    private async ValueTask StoreAsync()
    {
        if (unstored.Count is 0)
            return;
        Event[] facts = [.. unstored];
        unstored.Clear();
        await log.StoreAsync(session, facts);
    }

    private async ValueTask ExtendAsync<TPart>(Func<TPart> begin, string delta) where TPart : Part
    {
        if (open is not TPart)
        {
            EndPart();
            await StoreAsync();
            open = begin();
            log.Tell(Updated(open));
        }

        text.Append(delta);
        log.Tell(new PartDelta(message.Id, open.Id, "text", delta) { SessionId = session.Id });
    }

    private void EndPart(JsonElement? metadata = null)
    {
        var now = clock.GetUtcNow();
        Part? ended = open switch
        {
            TextPart part => part with { Text = text.ToString(), Time = part.Time! with { End = now }, Metadata = metadata },
            ReasoningPart part => part with { Text = text.ToString(), Time = part.Time with { End = now }, Metadata = metadata },
            _ when metadata is not null => NewReasoning() with { Metadata = metadata },
            _ => null,
        };
        open = null;
        text.Clear();
        if (ended is not null)
            unstored.Add(Updated(ended));
    }

    private async ValueTask DropPartsAsync()
    {
        open = null;
        text.Clear();
        await StoreAsync();
        foreach (var part in StoredParts().Where(part => part is not StepStartPart))
            unstored.Add(new PartRemoved(message.Id, part.Id) { SessionId = session.Id });
    }

    private async ValueTask EndAsync(Finished finished)
    {
        EndPart();
        if (finished.Reason is not StopReason.ToolCalls && announced.Count > 0)
            await FailCallsAsync();
        var cost = finished.Billed.Sum(billed => billed.Cost);
        message = message with
        {
            Finish = finished.Reason,
            Tokens = finished.Usage,
            Cost = cost,
            Error = Failures.ToError(finished),
            Time = message.Time with { Completed = clock.GetUtcNow() },
        };
        var end = new StepFinishPart(finished.Reason, cost, finished.Usage)
        {
            Id = Ids.Part(clock),
            SessionId = session.Id,
            MessageId = message.Id,
        };
        await log.StoreBilledAsync(session, message.Id, finished.Billed, [.. unstored, Updated(end), Updated()]);
    }

    /// <summary>Nobody will run the calls of a reply that did not end by calling: they get their final state here.</summary>
    private async ValueTask FailCallsAsync()
    {
        await StoreAsync();
        var now = clock.GetUtcNow();
        foreach (var call in StoredParts().OfType<ToolPart>())
        {
            var failed = new ToolFailed(call.State.Input, "Not run: the reply was cut off before it ended.", new ToolTime(now, now));
            unstored.Add(Updated(call with { State = failed }));
        }
    }

    private ImmutableArray<Part> StoredParts() => session.History[^1].Info.Id == message.Id ? session.History[^1].Parts : [];

    private PartUpdated Updated(Part part) => new(part, clock.GetUtcNow()) { SessionId = session.Id };

    private MessageUpdated Updated() => new(message) { SessionId = session.Id };

    private TextPart NewText() =>
        new("", Time: new PartTime(clock.GetUtcNow())) { Id = Ids.Part(clock), SessionId = session.Id, MessageId = message.Id };

    private ReasoningPart NewReasoning() =>
        new("", new PartTime(clock.GetUtcNow())) { Id = Ids.Part(clock), SessionId = session.Id, MessageId = message.Id };

    private ToolPart Called(ToolCalled call)
    {
        var now = clock.GetUtcNow();
        ToolState state = call.Malformed is null
            ? new ToolPending(call.Input, call.Raw ?? "")
            : new ToolFailed(EmptyJson.Object, $"Not run: {call.Malformed} Send the call again with complete arguments.", new ToolTime(now, now));
        return NewCall(call.CallId, call.Tool, state, call.Metadata);
    }

    // A call that was announced and then arrives is one part, so its id is made from the call's.
    private ToolPart NewCall(string callId, string tool, ToolState state, JsonElement? metadata) =>
        new(callId, tool, state, metadata) { Id = PartIdOf(callId), SessionId = session.Id, MessageId = message.Id };

    private string PartIdOf(string callId)
    {
        if (announced.TryGetValue(callId, out var known))
            return known;
        return announced[callId] = Ids.Part(clock);
    }
}
