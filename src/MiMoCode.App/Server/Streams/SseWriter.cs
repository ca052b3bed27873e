using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.App.Server.Streams;

/// <summary>Writes server-sent events. A client that does not read makes <see cref="FlushAsync"/> wait, and is cut off by the server in the end.</summary>
internal sealed class SseWriter(HttpResponse response) : IDisposable
{
    private readonly Utf8JsonWriter json = new(response.BodyWriter);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.StartAsync(cancellationToken);
    }

    /// <summary>Adds one frame; the id is where the client goes on when it comes back.</summary>
    public void Write(string? id, Action<Utf8JsonWriter> write)
    {
        var body = response.BodyWriter;
        if (id is not null)
            body.Write(Encoding.ASCII.GetBytes($"id: {id}\n"));
        body.Write("data: "u8);
        json.Reset();
        write(json);
        json.Flush();
        body.Write("\n\n"u8);
    }

    /// <summary>Bytes that were added and not sent.</summary>
    public long Unsent => response.BodyWriter.UnflushedBytes;

    /// <summary>Sends what was added.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await response.BodyWriter.FlushAsync(cancellationToken);

    public void Dispose() => json.Dispose();
}
