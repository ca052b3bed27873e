using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.App.Server.Streams;

/// <summary>Writes server-sent events to one client.</summary>
internal sealed class SseWriter(HttpResponse response, TimeProvider clock)
{
    /// <summary>How long a client may take to read what is waiting for it: some kilobytes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.StartAsync(cancellationToken);
    }

    /// <summary>Adds one frame; the id is where the client goes on when it comes back.</summary>
    public void Write(string? id, Action<IBufferWriter<byte>> write)
    {
        var body = response.BodyWriter;
        if (id is not null)
            body.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        body.Write("data: "u8);
        write(body);
        body.Write("\n\n"u8);
    }

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
