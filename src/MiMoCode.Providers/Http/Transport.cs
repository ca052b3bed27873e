using System.Net;

namespace MiMoCode.Providers.Http;

/// <summary>The one connection pool of the program.</summary>
public static class Transport
{
    /// <summary>
    /// A handler that keeps its connections, gives up connecting after ten seconds, follows no redirect (keys would travel along),
    /// and asks a proxy for everything but this machine.
    /// </summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        UseCookies = false,
        Proxy = new ProxyBeyondThisMachine(),
        ActivityHeadersPropagator = null,
    };

    private sealed class ProxyBeyondThisMachine : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => HttpClient.DefaultProxy.Credentials;
            set => HttpClient.DefaultProxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => HttpClient.DefaultProxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || HttpClient.DefaultProxy.IsBypassed(host);
    }
}
