using System.Text;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>How an answer travels. Each kind of trouble is one small class.</summary>
internal abstract record Delivery
{
    /// <summary>Sends the answer, or what goes wrong instead. Throws when the client goes away.</summary>
    public abstract Task SendAsync(Answer answer, HttpContext http);

    /// <summary>Writes bytes and pushes them out.</summary>
    protected static async Task WriteAsync(HttpContext http, ReadOnlyMemory<byte> bytes) =>
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);

    /// <summary>Sends status 200 and the headers.</summary>
    protected static Task StartAsync(Answer answer, HttpContext http)
    {
        http.Response.ContentType = answer.ContentType;
        return http.Response.StartAsync(http.RequestAborted);
    }

    /// <summary>The first so many bytes of an answer; a negative count means none.</summary>
    protected static ReadOnlyMemory<byte> First(Answer answer, int count)
    {
        var bytes = answer.Bytes;
        return bytes.AsMemory(0, Math.Clamp(count, 0, bytes.Length));
    }
}

/// <summary>As fast as the socket takes it.</summary>
internal sealed record Plainly : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        http.Response.ContentType = answer.ContentType;
        var writer = http.Response.BodyWriter;
        foreach (var frame in answer.Frames)
        {
            frame.CopyTo(writer.GetMemory(frame.Length));
            writer.Advance(frame.Length);
            if (writer.UnflushedBytes > 16_384) { await writer.FlushAsync(http.RequestAborted); }
        }
        await writer.FlushAsync(http.RequestAborted);
    }
}

/// <summary>A body that was made before it is asked for, in one piece: what takes time then is the client.</summary>
internal sealed record Ready(ReadOnlyMemory<byte> Body) : Delivery
{
    /// <inheritdoc/>
    public override Task SendAsync(Answer answer, HttpContext http)
    {
        http.Response.ContentType = answer.ContentType;
        return WriteAsync(http, Body);
    }
}

/// <summary>A status and a body of its own instead of the answer; with 200 it stands for pages that proxies slip in.</summary>
internal sealed record Refusal(int Status, string Body, string ContentType = "application/json") : Delivery
{
    /// <summary>More headers, Retry-After for instance.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <inheritdoc/>
    public override Task SendAsync(Answer answer, HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = ContentType;
        foreach (var (name, value) in Headers) { http.Response.Headers[name] = value; }
        return WriteAsync(http, Encoding.UTF8.GetBytes(Body));
    }
}

/// <summary>The body ends after so many bytes, properly, as when a proxy gives up.</summary>
internal sealed record CutAfter(int Count) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        await StartAsync(answer, http);
        await WriteAsync(http, First(answer, Count));
    }
}

/// <summary>The connection breaks after so many bytes; with a negative count before the headers.</summary>
internal sealed record ResetAfter(int Count) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        if (Count >= 0)
        {
            await StartAsync(answer, http);
            await WriteAsync(http, First(answer, Count));
        }
        http.Abort();
    }
}

/// <summary>Silence after so many bytes until the test releases it; with a negative count before the headers.</summary>
internal sealed record StallAfter(int Count, Task Release) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        var before = First(answer, Count);
        if (Count >= 0)
        {
            await StartAsync(answer, http);
            await WriteAsync(http, before);
        }
        await Release.WaitAsync(http.RequestAborted);
        if (Count < 0) { await StartAsync(answer, http); }
        await WriteAsync(http, answer.Bytes.AsMemory(before.Length));
    }
}

/// <summary>Comment lines after so many bytes, and never anything more until the client goes away.</summary>
internal sealed record KeepAliveOnly(TimeSpan Every, int After = 0) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        await StartAsync(answer, http);
        await WriteAsync(http, First(answer, After));
        using var timer = new PeriodicTimer(Every);
        do { await WriteAsync(http, ": keep-alive\n\n"u8.ToArray()); } while (await timer.WaitForNextTickAsync(http.RequestAborted));
    }
}

/// <summary>A few bytes at a time with a pause in between.</summary>
internal sealed record SlowDrip(int Count, TimeSpan Every) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        await StartAsync(answer, http);
        using var timer = new PeriodicTimer(Every);
        foreach (var piece in answer.Bytes.Chunk(Count))
        {
            await WriteAsync(http, piece);
            await timer.WaitForNextTickAsync(http.RequestAborted);
        }
    }
}

/// <summary>Pushed out every so many bytes, wherever that falls: in the middle of a line, of a letter.</summary>
internal sealed record SplitEvery(int Count) : Delivery
{
    /// <inheritdoc/>
    public override async Task SendAsync(Answer answer, HttpContext http)
    {
        await StartAsync(answer, http);
        foreach (var piece in answer.Bytes.Chunk(Count)) { await WriteAsync(http, piece); }
    }
}

/// <summary>Raw text before the frame of that number: garbage, unknown events, comments.</summary>
internal sealed record Inserted(int BeforeFrame, string Raw) : Delivery
{
    /// <inheritdoc/>
    public override Task SendAsync(Answer answer, HttpContext http)
    {
        var frames = answer.Frames.ToList();
        frames.Insert(Math.Min(BeforeFrame, frames.Count), Encoding.UTF8.GetBytes(Raw));
        return new Plainly().SendAsync(answer with { Frames = frames }, http);
    }
}

/// <summary>An error of the wire's own kind after some frames, as the end of the stream.</summary>
internal sealed record ErrorInStream(int AfterFrames, string Type, string Message) : Delivery
{
    /// <inheritdoc/>
    public override Task SendAsync(Answer answer, HttpContext http)
    {
        var error = Encoding.UTF8.GetBytes(answer.Wire.ErrorFrame(Type, Message));
        return new Plainly().SendAsync(answer with { Frames = [.. answer.Frames.Take(AfterFrames), error] }, http);
    }
}
