using System.Text.Json;

namespace MiMoCode.TestKit;

/// <summary>One frame of a stream of server-sent events.</summary>
internal sealed record Frame(string? Id, JsonElement Json)
{
    public string Type => Json.GetProperty("type").GetString()!;

    public JsonElement Properties => Json.GetProperty("properties");
}

/// <summary>Reads server-sent events one by one, as they come.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly StreamReader reader;

    private EventReader(HttpResponseMessage response, StreamReader reader) => (this.response, this.reader) = (response, reader);

    /// <summary>Connects; returns when the server has said that it did.</summary>
    public static async Task<EventReader> OpenAsync(HttpClient client, string path = "event", string? after = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<Frame?> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string? id = null, data = null;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length is 0 && data is not null)
                return new Frame(id, JsonDocument.Parse(data).RootElement);
        }

        return null;
    }

    /// <summary>All frames up to and with the first of a type.</summary>
    public async Task<List<Frame>> UntilAsync(string type)
    {
        var frames = new List<Frame>();
        while (await NextAsync() is { } frame)
        {
            frames.Add(frame);
            if (frame.Json.TryGetProperty("type", out _) && frame.Type == type)
                return frames;
        }

        throw new InvalidOperationException($"The stream ended without {type}: {string.Join(' ', frames.Select(frame => frame.Json))}");
    }

    public ValueTask DisposeAsync()
    {
        reader.Dispose();
        response.Dispose();
        return ValueTask.CompletedTask;
    }
}
