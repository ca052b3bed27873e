using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MiMoCode.App.Server.Access;
using MiMoCode.App.Server.Streams;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>The engine behind HTTP: the way of a request is border, gate, route, workspace, handler.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly ServerOptions options;
    private readonly Workspaces workspaces;
    private readonly Gate gate;
    private readonly ErrorBorder border;
    private readonly Broadcasts broadcasts;
    private readonly Tickets tickets;
    private readonly CancellationTokenSource stopping = new();

    // Made by the first request: the forms of all bodies and answers take longer than listening does.
    private readonly Lazy<RouteTable> table = new(() => new RouteTable(Routes.All));
    private Listening? listening;

    private HttpServer(ServerOptions options, Workspaces workspaces)
    {
        (this.options, this.workspaces) = (options, workspaces);
        tickets = new Tickets(options.Workspace.Clock);
        broadcasts = new Broadcasts(options.Workspace.Clock);
        gate = new Gate(new Origins(options.Origins, options.Host, options.Domain), options.Login, tickets);
        border = new ErrorBorder(options.Log);
    }

    /// <summary>Where it listens, with the real port and what a client needs of the path.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>The workspaces it serves.</summary>
    public Workspaces Workspaces => workspaces;

    /// <summary>Listens from when this returns.</summary>
    /// <exception cref="UserException">The address cannot be listened on.</exception>
    public static async Task<HttpServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        if (options.Login.IsOpen && !IsLoopback(options.Host))
            throw new UserException($"--no-auth works only on this machine, not on {options.Host}.");
        var workspaces = await Workspaces.OpenAsync(options.Workspace, options.Folders, cancellationToken);
        var server = new HttpServer(options, workspaces);
        try
        {
            server.listening = await Listening.StartAsync(options.Host, options.Port, server.AnswerAsync, cancellationToken);
            server.Url = new Uri(server.listening.Url.ToString().TrimEnd('/') + options.Login.Prefix);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>True for what only this machine reaches.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Ends the streams, then the turns, so that whoever waits for one is answered, then the rest.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await workspaces.DisposeAsync();
        if (listening is not null)
            await listening.DisposeAsync();
        stopping.Dispose();
    }

    private Task AnswerAsync(HttpContext context) => border.RunAsync(context, () =>
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (gate.Check(context) is { } refusal)
            return ErrorBorder.AnswerAsync(context, refusal.Status, refusal.Message);
        var (method, path) = (context.Request.Method, context.Request.Path.Value ?? "/");
        if (table.Value.Find(method, path) is not { } match)
            return ErrorBorder.AnswerAsync(context, 404, $"There is no {method} {path}; see /doc.");
        context.Features.Set(match);
        return HandleAsync(match, context);
    });

    private async Task HandleAsync(RouteMatch match, HttpContext context)
    {
        var route = match.Route;
        if (route.Body is not null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = route.MostBytes;
        await using var use = route.Scope is Scope.Global ? null : await OpenAsync(match, context);
        await route.Handle(new Call(context, match, workspaces, use) { Ended = stopping.Token, Broadcasts = broadcasts, Tickets = tickets });
    }

    private async Task<WorkspaceUse> OpenAsync(RouteMatch match, HttpContext context)
    {
        var use = await workspaces.UseAsync(DirectoryOf(context.Request), context.RequestAborted);
        if (match.Route.Scope is not Scope.Session)
            return use;

        // A session is driven where it lives, whatever folder the client stands in: one folder, one owner.
        await using var _ = use;
        var session = await use.Workspace.Sessions.GetAsync(match.Part("sessionID")!, context.RequestAborted);
        return await workspaces.UseAsync(Directory.Exists(session.Directory) ? session.Directory : use.Workspace.Directory, context.RequestAborted);
    }

    private static string? DirectoryOf(HttpRequest request)
    {
        if (request.Query["directory"] is [{ Length: > 0 } named, ..])
            return named;
        if (request.Query["location[directory]"] is [{ Length: > 0 } located, ..])
            return located;
        return (request.Headers["x-mimocode-directory"] is [{ Length: > 0 } own, ..] ? own
            : request.Headers["x-opencode-directory"] is [{ Length: > 0 } other, ..] ? other : null) is { } header
            ? Uri.UnescapeDataString(header)
            : null;
    }
}
