using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using MiMoCode.Engine.Foundation.Events;

namespace MiMoCode.App.Server.Streams;

/// <summary>Writes server-sent events to one client.</summary>
internal sealed class SseWriter(HttpResponse response, TimeProvider clock)
{
    private const int LongestId = 256;

    /// <summary>How long a client may take to read what is waiting for it: some kilobytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.StartAsync(cancellationToken);
    }

    /// <summary>Begins a frame, whose content the caller writes; the place is where the client goes on when it comes back.</summary>
    public IBufferWriter<byte> Begin(EventCursor? place)
    {
        var body = response.BodyWriter;
        if (place is { } known)
        {
            Utf8.TryWrite(body.GetSpan(LongestId), CultureInfo.InvariantCulture, $"id: {known.Database}-{known.Number}\n", out var length);
            body.Advance(length);
        }

        body.Write("data: "u8);
        return body;
    }

    /// <summary>Ends the frame.</summary>
    public void End() => response.BodyWriter.Write("\n\n"u8);

    /// <summary>Bytes that were added and not sent.</summary>
    public long Unsent => response.BodyWriter.UnflushedBytes;

    /// <summary>Sends what was added. False when the client does not read, and is cut off for it.</summary>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        var flush = response.BodyWriter.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
            return true;
        try
        {
            await flush.AsTask().WaitAsync(Patience, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            response.HttpContext.Abort();
            return false;
        }
    }
}
