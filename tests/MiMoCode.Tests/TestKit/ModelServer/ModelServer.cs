using System.Diagnostics;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>
/// A model server on loopback that says what a script tells it to, over the real wires: Chat Completions, Responses, Messages
/// and the list of models. It keeps every request for assertions.
/// </summary>
internal sealed class ModelServer : IAsyncDisposable
{
    private static readonly IWire[] Wires = [new ChatWire(), new ResponsesWire(), new AnthropicWire()];

    private readonly WebApplication _app;
    private readonly Func<ReceivedRequest, Task<Reply>> _script;
    private readonly List<ReceivedRequest> _requests = [];
    private readonly Channel<ReceivedRequest> _arrivals = Channel.CreateUnbounded<ReceivedRequest>();
    private int _asked;

    private ModelServer(Func<ReceivedRequest, Task<Reply>> script)
    {
        _script = script;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The models that <c>/v1/models</c> lists.</summary>
    public IReadOnlyList<string> Models { get; set; } = ["scripted"];

    /// <summary>The only key that is let in to the list of models; null: any.</summary>
    public string? Key { get; set; }

    /// <summary>What <c>/api.json</c> answers, as models.dev does; null: there is nothing.</summary>
    public string? Catalogue { get; set; }

    /// <summary>Where the server listens, without a trailing slash or version.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The base URL as clients of Chat Completions and Responses expect it.</summary>
    public string BaseUrl => Url + "/v1";

    /// <summary>All requests so far, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> Requests
    {
        get { lock (_requests) { return [.. _requests]; } }
    }

    /// <summary>The requests that asked the model something.</summary>
    public IReadOnlyList<ReceivedRequest> Prompts => [.. Requests.Where(request => request.Number > 0)];

    /// <summary>Starts a server that gives these replies in order.</summary>
    public static Task<ModelServer> StartAsync(params Reply[] replies) => StartAsync(new Script(replies));

    /// <summary>Starts a server that follows a script, for instance one read from a file.</summary>
    public static Task<ModelServer> StartAsync(Script script) => StartAsync(script.Answer);

    /// <summary>Starts a server whose replies are a function of the request: a scripted agent.</summary>
    public static Task<ModelServer> StartAsync(Func<ReceivedRequest, Reply> script) => StartAsync(request => Task.FromResult(script(request)));

    /// <summary>Starts a server whose replies are a function of the request that may wait.</summary>
    public static async Task<ModelServer> StartAsync(Func<ReceivedRequest, Task<Reply>> script)
    {
        var server = new ModelServer(script);
        await server._app.StartAsync();
        server.Url = server._app.Urls.Single();
        return server;
    }

    /// <summary>Waits for the next request that asks the model something, each of them once and in order of arrival.</summary>
    public ValueTask<ReceivedRequest> NextPromptAsync(CancellationToken cancellationToken) => _arrivals.Reader.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // A stalled answer must not hold up the end of a test.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var arrived = Stopwatch.GetTimestamp();
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var request = Keep(http.Request, body.ToArray(), arrived);
        try
        {
            await (request.Number > 0 ? AnswerAsync(request, http) : ListAsync(request, http));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; many tests are about just that.
        }
        request.AnsweredAt = Stopwatch.GetTimestamp();
    }

    private ReceivedRequest Keep(HttpRequest http, byte[] body, long arrived)
    {
        var path = http.Path.Value ?? "";
        var wire = http.Method == "POST" ? Wires.FirstOrDefault(wire => path.EndsWith(wire.Path, StringComparison.Ordinal)) : null;
        lock (_requests)
        {
            var request = new ReceivedRequest
            {
                Number = wire is null ? 0 : ++_asked,
                Method = http.Method,
                Path = path,
                Headers = http.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                Body = body,
                Wire = wire,
                ArrivedAt = arrived,
            };
            _requests.Add(request);
            if (wire is not null) { _arrivals.Writer.TryWrite(request); }
            return request;
        }
    }

    private async Task AnswerAsync(ReceivedRequest request, HttpContext http)
    {
        var reply = await _script(request);
        await reply.Delivery.SendAsync(Answer.To(request, reply), http);
    }

    private Task ListAsync(ReceivedRequest request, HttpContext http)
    {
        if (request.Path.EndsWith("/api.json", StringComparison.Ordinal) && Catalogue is not null) { return http.Response.WriteAsync(Catalogue, http.RequestAborted); }
        if (request.Path.EndsWith("/models", StringComparison.Ordinal) && Key is not null && !request.Headers.Values.Any(value => value == Key || value == $"Bearer {Key}"))
        {
            http.Response.StatusCode = 401;
            return http.Response.WriteAsync("""{"error":{"message":"no such key"}}""", http.RequestAborted);
        }
        if (request.Path.EndsWith("/models", StringComparison.Ordinal)) { return http.Response.WriteAsJsonAsync(ModelList.Of(Models), http.RequestAborted); }
        http.Response.StatusCode = 404;
        return http.Response.WriteAsync($$$"""{"error":{"message":"nothing is served at {{{request.Path}}}"}}""", http.RequestAborted);
    }
}
