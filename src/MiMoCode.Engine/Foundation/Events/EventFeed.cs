using System.Runtime.CompilerServices;
using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.Engine.Foundation.Events;

/// <summary>
/// What happened and what happens, as one stream without a gap: first the stored facts after a cursor, then the live events.
/// </summary>
/// <param name="bus">What happens.</param>
/// <param name="log">What happened.</param>
/// <param name="sessions">Tells in which folder a session lives.</param>
/// <param name="databaseId">Marks the cursors of this database.</param>
/// <param name="directory">Only what happened in this folder; null: everywhere.</param>
internal sealed class EventFeed(EventBus bus, EventLog log, SessionStore sessions, string databaseId, string? directory)
{
    /// <summary>The place of the newest fact.</summary>
    public EventCursor Now => new(databaseId, log.Last());

    /// <summary>
    /// Everything after the cursor, or from now on; the subscription stands when this returns. When facts after the cursor are
    /// forgotten, or it belongs to another database, <see cref="InstanceDisposed"/> comes first: the client reads everything anew.
    /// The stream ends when the listener was too slow for a fact.
    /// </summary>
    public IAsyncEnumerable<NumberedEvent> ReadAsync(EventCursor? after, CancellationToken cancellationToken)
    {
        var live = bus.SubscribeAsync(cancellationToken);
        return after is { } cursor ? ResumeAsync(cursor, live, cancellationToken) : live;
    }

    private async IAsyncEnumerable<NumberedEvent> ResumeAsync(
        EventCursor after, IAsyncEnumerable<NumberedEvent> live, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var last = log.Last();
        if (after.Database != databaseId || after.Number > last || log.After(after.Number) is not { } page)
        {
            yield return new NumberedEvent(last, new InstanceDisposed(directory ?? "global"), directory);
        }
        else
        {
            var folders = new Dictionary<string, string?>(StringComparer.Ordinal);
            for (last = after.Number; ; page = log.After(page.Next.Value) ?? new EventPage([], null))
            {
                foreach (var fact in page.Facts)
                {
                    last = fact.Number;
                    if (FolderOf(fact.Event, folders) is { } folder && (directory is null || folder == directory))
                        yield return fact with { Directory = folder };
                }

                if (page.Next is null)
                    break;
            }
        }

        // What was told while the log was read is in both.
        await foreach (var next in live.WithCancellation(cancellationToken))
        {
            if (next.Event is not IFact || next.Number > last)
                yield return next;
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
