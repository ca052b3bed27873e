using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server;

/// <summary>
/// The web server itself, without the host, the container and the router that usually come with it: they were most of the time until
/// it listened. Holds the limits that every request is under.
/// </summary>
internal sealed class Listening : IAsyncDisposable
{
    private readonly KestrelServer server;
    private readonly DirectOutput output;

    private Listening(KestrelServer server, DirectOutput output, Uri url) => (this.server, this.output, Url) = (server, output, url);

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Url { get; }

    /// <summary>Listens from when this returns, and gives every request to the handler.</summary>
    /// <exception cref="UserException">The address cannot be listened on.</exception>
    public static async Task<Listening> StartAsync(string host, int port, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 1 << 20;
        options.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        options.Limits.MaxRequestHeaderCount = 64;
        options.Limits.MaxConcurrentConnections = 4096;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        var output = new DirectOutput();
        options.Listen(AddressOf(host), port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection => output.RunAsync(connection, next));
        });
        var sockets = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), sockets, NullLoggerFactory.Instance);
        try
        {
            await server.StartAsync(new Handler(handle), cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            server.Dispose();
            output.Dispose();
            throw new UserException($"Cannot listen on {host} port {port}: {failure.Message} Choose another --port, or 0 for any.", 1);
        }

        return new Listening(server, output, new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    /// <summary>Cuts off who is still connected: whoever was to be answered has been.</summary>
    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new CancellationToken(canceled: true));
        server.Dispose();
        output.Dispose();
    }

    private static IPAddress AddressOf(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        return IPAddress.TryParse(host, out var address) ? address : throw new UserException($"--hostname takes an IP address or localhost, not {host}.");
    }

    private sealed class Handler(RequestDelegate handle) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) => handle(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
            // Nothing of ours lives as long as a context.
        }
    }
}
