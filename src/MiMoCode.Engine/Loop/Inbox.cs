using MiMoCode.Engine.Foundation.Storage;
using MiMoCode.Protocol.Messages;
using MiMoCode.Protocol.Requests;

namespace MiMoCode.Engine.Loop;

/// <summary>
/// The durable queue in front of a session. Taking, and marking the session idle when nothing waits, decide in one transaction, so
/// that no message falls between stop and start.
/// </summary>
internal sealed class Inbox(QueueStore queue, SessionLog log)
{
    /// <summary>Returns when the message is on disk. Idempotent by message id: a door may send it again.</summary>
    public Task<Enqueued> EnqueueAsync(
        string sessionId, MessageWithParts message, Delivery delivery, CancellationToken cancellationToken) =>
        queue.EnqueueAsync(sessionId, message, delivery, cancellationToken);

    /// <summary>True when this message, or any when none is named, waits to be taken.</summary>
    public bool IsWaiting(string sessionId, string? messageId = null)
    {
        if (!queue.AnyWaits(sessionId))
            return false;
        return messageId is null || queue.Waiting(sessionId).Any(message => message.Info.Id == messageId);
    }

    /// <summary>Moves the waiting next-step messages into the history; true when there were any.</summary>
    public async ValueTask<bool> TakeSteeringAsync(Session session, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return queue.AnyWaits(session.Id) && await TakeAsync(session, Delivery.NextStep);
    }

    /// <summary>Like <see cref="TakeSteeringAsync"/>, else moves the oldest message that waits for idleness; with neither, the session is idle.</summary>
    public async ValueTask<bool> TakeOrIdleAsync(Session session, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TakeAsync(session, Delivery.WhenIdle))
                return true;
            if (session.Lease is not { } lease || await queue.TryIdleAsync(session.Id, lease))
                return false;
        }
    }

    private async ValueTask<bool> TakeAsync(Session session, Delivery moment) =>
        (await queue.TakeAsync(session.Id, moment, session.Lease, fact => log.Told(session, fact))).Length > 0;
}
