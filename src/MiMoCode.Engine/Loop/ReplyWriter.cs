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
/// Makes one stored message of one model request, fact by fact: the message before its first delta, each part when it ends, and a
/// final state however the stream ends.
/// </summary>
internal sealed class ReplyWriter : IAsyncDisposable
{
    private readonly Session session;
    private readonly SessionLog log;
    private readonly TimeProvider clock;
    private readonly StringBuilder text = new();
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
    }

    public static async Task<ReplyWriter> OpenAsync(Session session, SessionLog log, TimeProvider clock)
    {
        var writer = new ReplyWriter(session, log, clock);
        await log.StoreAsync(session, writer.Updated(), writer.Updated(new StepStartPart
        {
            Id = Ids.Part(clock),
            SessionId = session.Id,
            MessageId = writer.message.Id,
        }));
        return writer;
    }

    public async ValueTask WriteAsync(ModelEvent modelEvent)
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
                await EndPartAsync(ended.Metadata);
                break;
            case ToolCallStarted started:
                await EndPartAsync();
                log.Tell(Updated(NewCall(started.CallId, started.Tool, new ToolPending(EmptyJson.Object), null)));
                break;
            case ToolCalled call:
                await EndPartAsync();
                await log.StoreAsync(session, Updated(Called(call)));
                break;
            case Retrying retry:
                log.Tell(new SessionStatusChanged(new SessionIsRetrying(retry.Attempt, retry.Reason, clock.GetUtcNow() + retry.Delay))
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

    /// <summary>A stream that was cut off keeps what had come.</summary>
    public async ValueTask DisposeAsync()
    {
        if (message.Finish is null)
            await EndAsync(new Finished(StopReason.Aborted, TokenUsage.None, []));
    }

    private async ValueTask ExtendAsync<TPart>(Func<TPart> begin, string delta) where TPart : Part
    {
        if (open is not TPart)
        {
            await EndPartAsync();
            open = begin();
            log.Tell(Updated(open));
        }

        text.Append(delta);
        log.Tell(new PartDelta(message.Id, open.Id, "text", delta) { SessionId = session.Id });
    }

    private async ValueTask EndPartAsync(JsonElement? metadata = null)
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
            await log.StoreAsync(session, Updated(ended));
    }

    private async ValueTask DropPartsAsync()
    {
        open = null;
        text.Clear();
        foreach (var part in StoredParts().Where(part => part is not StepStartPart))
            await log.StoreAsync(session, new PartRemoved(message.Id, part.Id) { SessionId = session.Id });
    }

    private async ValueTask EndAsync(Finished finished)
    {
        await EndPartAsync();
        if (finished.Reason is not StopReason.ToolCalls)
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
        await log.StoreBilledAsync(session, message.Id, finished.Billed, [Updated(end), Updated()]);
    }

    /// <summary>Nobody will run the calls of a reply that did not end by calling: they get their final state here.</summary>
    private async ValueTask FailCallsAsync()
    {
        var now = clock.GetUtcNow();
        foreach (var call in StoredParts().OfType<ToolPart>())
        {
            var failed = new ToolFailed(call.State.Input, "Not run: the reply was cut off before it ended.", new ToolTime(now, now));
            await log.StoreAsync(session, Updated(call with { State = failed }));
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

    private readonly Dictionary<string, string> announced = [];
}
