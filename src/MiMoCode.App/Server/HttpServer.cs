using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using MiMoCode.App.Server.Access;
using MiMoCode.Engine;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>The engine behind HTTP: the way of a request is border, gate, route, workspace, handler.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly ServerOptions options;
    private readonly Workspaces workspaces;
    private readonly WebApplication app;
    private readonly CancellationTokenSource stopping = new();

    private HttpServer(ServerOptions options, Workspaces workspaces, WebApplication app) =>
        (this.options, this.workspaces, this.app) = (options, workspaces, app);

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
        var server = new HttpServer(options, workspaces, Build(options));
        try
        {
            server.Map();
            await server.ListenAsync(cancellationToken);
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
        await app.DisposeAsync();
        stopping.Dispose();
    }

    private static WebApplication Build(ServerOptions options)
    {
        // The empty builder: no configuration files, no logging, no watcher; nothing that we did not ask for.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Limit(kestrel, options));
        builder.Services.AddRoutingCore();
        return builder.Build();
    }

    private static void Limit(KestrelServerOptions kestrel, ServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 1 << 20;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.Limits.MaxRequestHeaderCount = 64;
        kestrel.Limits.MaxConcurrentConnections = 4096;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        if (options.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.Listen(IPAddress.Loopback, options.Port, Protocols);
        else if (IPAddress.TryParse(options.Host, out var address))
            kestrel.Listen(address, options.Port, Protocols);
        else
            throw new UserException($"--hostname takes an IP address or localhost, not {options.Host}.");

        static void Protocols(ListenOptions listen) => listen.Protocols = HttpProtocols.Http1;
    }

    private void Map()
    {
        var gate = new Gate(new Origins(options.Origins, options.Host), options.Login);
        var border = new ErrorBorder(options.Log);
        app.Use((context, next) => border.RunAsync(context, async () =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            if (gate.Check(context) is { } refusal)
                await ErrorBorder.AnswerAsync(context, refusal.Status, refusal.Message);
            else
                await next(context);
        }));
        app.UseRouting();
        foreach (var route in Routes.All)
            app.MapMethods(route.Path, [route.Method], context => HandleAsync(route, context)).WithMetadata(route);
        app.MapFallback(context => ErrorBorder.AnswerAsync(context, 404, $"There is no {context.Request.Method} {context.Request.Path}; see /doc."));
    }

    private async Task HandleAsync(Route route, HttpContext context)
    {
        if (route.Body is not null && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = route.MostBytes;
        await using var use = route.Scope is Scope.Global ? null : await OpenAsync(route, context);
        await route.Handle(new Call(context, workspaces, use) { Ended = stopping.Token });
    }

    private async Task<WorkspaceUse> OpenAsync(Route route, HttpContext context)
    {
        var use = await workspaces.UseAsync(DirectoryOf(context.Request), context.RequestAborted);
        if (route.Scope is not Scope.Session)
            return use;

        // A session is driven where it lives, whatever folder the client stands in: one folder, one owner.
        await using var _ = use;
        var session = await use.Workspace.Sessions.GetAsync((string)context.GetRouteValue("sessionID")!, context.RequestAborted);
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

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new UserException($"Cannot listen on {options.Host} port {options.Port}: {failure.Message} Choose another --port, or 0 for any.", 1);
        }

        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Url = new Uri(bound.TrimEnd('/') + options.Login.Prefix);
    }
}
