using System.Collections.Immutable;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Storage;

/// <summary>
/// What happened lately, for clients that come back. A message or part that changed several times is told once, as it is now, in
/// the place of its last change.
/// </summary>
internal sealed class EventLog(Database database)
{
    private const long MostRows = 100_000;
    private static readonly TimeSpan Oldest = TimeSpan.FromHours(24);

    /// <summary>The number of the newest fact; 0 when there is none.</summary>
    public long Last() => database.Read(connection => connection.Number("SELECT max(seq) FROM event")) ?? 0;

    /// <summary>
    /// The facts after a number, at most so many: ask again from <see cref="EventPage.Next"/> until it is null. Null when facts
    /// after the number have been forgotten already; the client reads everything anew then.
    /// </summary>
    public EventPage? After(long number, int limit = 1000) => database.Read<EventPage?>(connection =>
    {
        if ((connection.Number("SELECT min(seq) FROM event") ?? 1) > number + 1)
            return null;

        var facts = ImmutableArray.CreateBuilder<NumberedEvent>();
        long last = number;
        var count = 0;
        using var rows = connection.Query(
            """
            SELECT event.seq, event.session_id, event.type, event.time, event.data, message.data, part.data, session.data, todo.data
            FROM event
            LEFT JOIN message ON event.type = 'message.updated' AND message.seq = event.ref AND message.rev = event.seq
            LEFT JOIN part ON event.type = 'message.part.updated' AND part.seq = event.ref AND part.rev = event.seq
            LEFT JOIN session ON event.type IN ('session.created', 'session.updated') AND session.id = event.session_id AND session.rev = event.seq
            LEFT JOIN todo ON event.type = 'todo.updated' AND todo.session_id = event.session_id AND todo.rev = event.seq
            WHERE event.seq > ? ORDER BY event.seq LIMIT ?
            """,
            number, limit);
        while (rows.Next())
        {
            (last, count) = (rows.Number(0), count + 1);
            if (Read(rows) is { } fact)
                facts.Add(new NumberedEvent(last, fact));
        }

        return new EventPage(facts.ToImmutable(), count == limit ? last : null);
    });

    /// <summary>Forgets what is older than a day or beyond the last hundred thousand; returns how many rows went. Call it rarely.</summary>
    public Task<int> TrimAsync(CancellationToken cancellationToken)
    {
        var before = database.Clock.GetUtcNow() - Oldest;
        // The newest row stays, because the next number is counted from it; what the search has not read stays too.
        return database.WriteAsync(
            connection => connection.Run(
                """
                DELETE FROM event WHERE seq < (SELECT max(seq) FROM event)
                  AND seq <= coalesce((SELECT CAST(v AS INTEGER) FROM meta WHERE k = 'search'), 0)
                  AND (time < ?1 OR seq <= (SELECT max(seq) FROM event) - ?2)
                """,
                Cell.FromTime(before), MostRows),
            Durability.Committed, cancellationToken);
    }

    private static Event? Read(in Rows rows)
    {
        var (session, type) = (rows.Text(1), rows.Text(2));
        if (!rows.IsNull(4))
        {
            return type is "session.deleted"
                ? new SessionDeleted(StoredJson.Read(rows.Bytes(4), StoredJson.Shapes.SessionInfo)) { SessionId = session }
                : StoredJson.Read(rows.Bytes(4), StoredJson.Shapes.Event);
        }

        if (!rows.IsNull(5))
            return new MessageUpdated(StoredJson.Read(rows.Bytes(5), StoredJson.Shapes.Message)) { SessionId = session };
        if (!rows.IsNull(6))
            return new PartUpdated(StoredJson.Read(rows.Bytes(6), StoredJson.Shapes.Part), rows.Time(3)) { SessionId = session };
        if (!rows.IsNull(8))
            return new TodoUpdated(StoredJson.Read(rows.Bytes(8), StoredJson.Shapes.ImmutableArrayTodo)) { SessionId = session };
        if (rows.IsNull(7))
            return null;

        var info = StoredJson.Read(rows.Bytes(7), StoredJson.Shapes.SessionInfo);
        return type is "session.created" ? new SessionCreated(info) { SessionId = session } : new SessionUpdated(info) { SessionId = session };
    }
}

/// <summary>Facts in their order. Next is the number to go on from; null at the end.</summary>
internal sealed record EventPage(ImmutableArray<NumberedEvent> Facts, long? Next);
