using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using MiMoCode.Engine.Foundation.Events;
using MiMoCode.Protocol;
using MiMoCode.Protocol.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>
/// Everything that happens, to one client: first that it is connected, then what it missed, then each event in order, and a heartbeat
/// so that both sides know the other is there. A client that comes back says where it was and goes on there.
/// </summary>
internal sealed class EventStream(EventFeed feed, FrameWriter frames, TimeProvider clock)
{
    private const int MostUnsent = 16 << 10;

    /// <summary>Runs until the client goes, was too slow, or the token says so; then the last event, if any, is told.</summary>
    public async Task RunAsync(Call call, Event? last, CancellationToken ended)
    {
        var http = call.Http;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, ended);
        // In place before "connected" is told: nothing falls between.
        await using var place = call.Broadcasts.Follow(feed, frames, http.Abort);
        await using var _ = either.Token.UnsafeRegister(static follower => ((Follower)follower!).End(), place.Follower);
        try
        {
            await BeginAsync(http, place.Follower, either.Token);
            await FollowAsync(http.Response.BodyWriter, place.Follower, either.Token);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The last word is left.
        }

        if (last is null || !ended.IsCancellationRequested || call.Cancelled.IsCancellationRequested)
            return;
        frames.Write(http.Response.BodyWriter, null, new NumberedEvent(0, last));
        await FlushAsync(http.Response.BodyWriter, place.Follower, call.Cancelled);
    }

    private async Task BeginAsync(HttpContext http, Follower follower, CancellationToken cancellationToken)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync(cancellationToken);

        var after = EventCursor.Parse(http.Request.Headers["Last-Event-ID"].ToString());
        var now = feed.Now with { Number = follower.Joined };
        var start = after is { } cursor && cursor.Database == now.Database && cursor.Number < now.Number ? cursor : now;
        frames.Write(response.BodyWriter, start, new NumberedEvent(start.Number, new ServerConnected()));
        foreach (var missed in after is null ? [] : feed.Missed(after.Value, follower.Joined))
        {
            frames.Write(response.BodyWriter, start with { Number = missed.Number }, missed);
            if (response.BodyWriter.UnflushedBytes > MostUnsent && !await FlushAsync(response.BodyWriter, follower, cancellationToken))
                return;
        }
    }

    private async Task FollowAsync(PipeWriter body, Follower follower, CancellationToken cancellationToken)
    {
        for (; follower.Goes; await follower.WaitAsync())
        {
            while (follower.Take() is { } piece)
            {
                for (var rest = piece.Bytes.AsMemory(); !rest.IsEmpty; rest = rest[Math.Min(MostUnsent, rest.Length)..])
                {
                    FrameWriter.Add(body, rest.Span[..Math.Min(MostUnsent, rest.Length)]);
                    if (body.UnflushedBytes >= MostUnsent && !await FlushAsync(body, follower, cancellationToken))
                        return;
                }
            }

            if (!await FlushAsync(body, follower, cancellationToken))
                return;
        }
    }

    /// <summary>Sends what was added. False when nobody is there to take it.</summary>
    private async ValueTask<bool> FlushAsync(PipeWriter body, Follower follower, CancellationToken cancellationToken)
    {
        var flush = body.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
            return !flush.Result.IsCompleted;
        follower.Sends(clock.GetUtcNow());
        var flushed = await flush;
        follower.Sends(null);
        return !flushed.IsCompleted;
    }
}
