using System.Collections.Immutable;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Sessions;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// Where facts become true: commits them, applies them to the session, then tells them; in this order, one batch at a time. Not
/// cancellable, because a half-stored history would be worse than a late stop.
/// </summary>
internal sealed class SessionLog(
    SessionStore store, EventBus bus, Action<Session, Exception> report, TimeProvider clock)
{
    private long last;

    /// <summary>Returns when the facts survive the end of the process.</summary>
    /// <exception cref="LeaseLostException">Another process drives the session now.</exception>
    public async ValueTask StoreAsync(Session session, params Event[] facts) =>
        await store.StoreAsync(session.Id, facts, Durability.Committed, session.Lease, fact => Told(session, fact));

    /// <summary>Stores what was billed with the facts that end the request, so that no paid request goes uncounted.</summary>
    public async ValueTask StoreBilledAsync(
        Session session, string messageId, ImmutableArray<Billed> billed, ImmutableArray<Event> facts) => await store.ChangeAsync(
        session.Id, info => Charged(info, billed), facts, session.Lease, fact => Told(session, fact),
        [.. billed.Select(bill => new Charge(session.RootId, session.Id, messageId, bill))]);

    /// <summary>Stores a message with its parts in one commit.</summary>
    public ValueTask StoreMessageAsync(Session session, MessageWithParts message) => StoreAsync(session, [.. FactsOf(session, message)]);

    /// <summary>The facts that make up a new message, for a commit that holds more than these.</summary>
    public IEnumerable<Event> FactsOf(Session session, MessageWithParts message) =>
    [
        new MessageUpdated(message.Info) { SessionId = session.Id },
        .. message.Parts.Select(part => new PartUpdated(part, clock.GetUtcNow()) { SessionId = session.Id }),
    ];

    /// <summary>Applies and tells a fact that the store has just committed. Called in the order of the commits.</summary>
    public void Told(Session session, NumberedEvent fact)
    {
        session.Apply(fact.Event);
        Told(fact);
    }

    /// <summary>The same for a session that is not in memory.</summary>
    public void Told(NumberedEvent fact)
    {
        last = fact.Number;
        bus.Publish(fact.Number, fact.Event);
    }

    /// <summary>Tells a fact that the store has just committed for a session which is not driven here.</summary>
    public void Tell(NumberedEvent fact)
    {
        last = fact.Number;
        bus.Publish(fact.Number, fact.Event);
    }

    /// <summary>Tells something that is not stored and may be lost: a delta, a status.</summary>
    public void Tell(Event delta) => bus.Publish(last, delta);

    /// <summary>Tells that the session stopped working, and why.</summary>
    public void TellIdle(Session session, Outcome outcome)
    {
        Tell(new SessionStatusChanged(new SessionIsIdle()) { SessionId = session.Id });
        Tell(new SessionIdle(outcome.Reason, outcome.Text) { SessionId = session.Id });
    }

    /// <summary>Tells that the session works.</summary>
    public void TellBusy(Session session) => Tell(new SessionStatusChanged(new SessionIsBusy()) { SessionId = session.Id });

    /// <summary>Tells clients what failed, and writes the whole error to the log.</summary>
    public void TellError(Session session, Exception error)
    {
        report(session, error);
        Tell(new SessionError(session.Id, MessageError.Of(MessageError.Unknown, error.Message)));
    }

    private SessionInfo Charged(SessionInfo info, ImmutableArray<Billed> billed) => info with
    {
        Cost = info.Cost + billed.Sum(bill => bill.Cost),
        Tokens = billed.Aggregate(info.Tokens ?? TokenUsage.None, (sum, bill) => sum + bill.Usage),
        Time = info.Time with { Updated = clock.GetUtcNow() },
    };
}
