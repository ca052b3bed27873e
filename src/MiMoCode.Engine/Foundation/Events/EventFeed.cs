using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>
/// What happens, and what happened after a cursor: together a stream without a gap.
/// </summary>
/// <param name="bus">What happens.</param>
/// <param name="log">What happened.</param>
/// <param name="sessions">Tells in which folder a session lives.</param>
/// <param name="databaseId">Marks the cursors of this database.</param>
/// <param name="directory">Only what happened in this folder; null: everywhere.</param>
internal sealed class EventFeed(EventBus bus, EventLog log, SessionStore sessions, string databaseId, string? directory)
{
    /// <summary>One who listens for many is given more time than one who listens for itself.</summary>
    private const int MostUnread = 16_384;

    /// <summary>The place of the newest fact.</summary>
    public EventCursor Now => new(databaseId, log.Last());

    /// <summary>Everything from now on; the subscription stands when this returns. The stream ends when the listener was too slow for a fact.</summary>
    public IAsyncEnumerable<NumberedEvent> ReadAsync(CancellationToken cancellationToken) => bus.SubscribeAsync(MostUnread, cancellationToken);

    /// <summary>
    /// The facts after a cursor, up to a number. When facts after the cursor are forgotten, or it belongs to another database,
    /// there is only <see cref="InstanceDisposed"/>: the client reads everything anew.
    /// </summary>
    public IEnumerable<NumberedEvent> Missed(EventCursor after, long until)
    {
        if (after.Database != databaseId || after.Number > Math.Max(until, log.Last()) || log.After(after.Number) is not { } page)
        {
            yield return new NumberedEvent(until, new InstanceDisposed(directory ?? "global"), directory);
            yield break;
        }

        var folders = new Dictionary<string, string?>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var fact in page.Facts.TakeWhile(fact => fact.Number <= until))
            {
                if (FolderOf(fact.Event, folders) is { } folder && (directory is null || folder == directory))
                    yield return fact with { Directory = folder };
            }

            if (page.Next is not { } next || next >= until || log.After(next) is not { } more)
                yield break;
            page = more;
        }
    }

    private string? FolderOf(Event fact, Dictionary<string, string?> folders)
    {
        if (fact is SessionDeleted deleted)
            return deleted.Info.Directory;
        if (fact is not SessionEvent { SessionId: var id })
            return null;
        if (!folders.TryGetValue(id, out var folder))
            folders[id] = folder = sessions.Find(id)?.Directory;
        return folder;
    }
}
