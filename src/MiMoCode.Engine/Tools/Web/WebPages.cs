using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using MiMoCode.Engine.Loop;
using MiMoCode.Providers.Http;

namespace MiMoCode.Engine.Tools.Web;

/// <summary>A page as it came. MovedTo: it lies at another host, which was not asked.</summary>
internal sealed record WebPage(Uri Address, string MediaType, byte[] Content, Uri? MovedTo = null);

/// <summary>
/// Gets pages with a bound on time and size. The address that is really connected to is checked again, so that a name which
/// changes its mind after it was judged reaches nothing private.
/// </summary>
internal sealed class WebPages : IDisposable
{
    private const int MostBytes = 5 << 20, MostRedirects = 5;
    private static readonly HttpRequestOptionsKey<bool> PrivateIsFine = new("private-is-fine");

    private static readonly string[] NearNames = [".localhost", ".local", ".internal", ".lan", ".home.arpa"];

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    private readonly TimeProvider clock;
    private readonly HttpClient client;

    /// <param name="resolve">Finds the addresses of a host's name.</param>
    /// <param name="clock">Measures how long it takes.</param>
    public WebPages(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeProvider clock)
    {
        (this.resolve, this.clock) = (resolve, clock);
        var handler = Transport.CreateHandler();
        handler.ConnectCallback = ConnectAsync;
        // A kept connection would not be checked again.
        handler.PooledConnectionLifetime = TimeSpan.Zero;
        client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("mimocode", "1"));
        client.DefaultRequestHeaders.Add("Accept", "text/html, text/markdown, text/plain, application/json, */*;q=0.5");
        client.DefaultRequestHeaders.Add("Accept-Language", "en;q=0.9, *;q=0.5");
    }

    /// <summary>
    /// Whether an address says by itself that it leads to this machine or a network around it. No name is looked up, since a question
    /// to a name server tells somebody something already; a public name that turns out to lead here is not connected to.
    /// </summary>
    public static bool IsPrivate(Uri address)
    {
        var host = address.IdnHost.Trim('[', ']').TrimEnd('.');
        return IPAddress.TryParse(host, out var number)
            ? PrivateAddress.Contains(number)
            : !host.Contains('.') || Array.Exists(NearNames, name => host.EndsWith(name, StringComparison.OrdinalIgnoreCase));
    }

    /// <param name="address">What to get.</param>
    /// <param name="mayBePrivate">A person agreed that the host is on this machine or near it.</param>
    /// <param name="longest">How long it may take in all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ToolException">There is no page to be had; the text says why.</exception>
    public async Task<WebPage> GetAsync(Uri address, bool mayBePrivate, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(longest, clock);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Options.Set(PrivateIsFine, mayBePrivate);
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping.Token);
                if (Target(response, address) is not { } target)
                    return await PageOfAsync(response, address, stopping.Token);
                if (!IsSamePlace(address, target))
                    return new WebPage(address, "", [], target);
                address = target;
            }

            throw new ToolException($"{address} sends from one address to the next, more than {MostRedirects} times.");
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ToolException($"{address} did not answer within {longest.TotalSeconds:0} s. Try again later, or with a longer timeout.");
        }
        catch (HttpRequestException error)
        {
            throw error.InnerException as ToolException ?? new ToolException($"{address} could not be fetched: {error.Message}");
        }
    }

    public void Dispose() => client.Dispose();

    private static Uri? Target(HttpResponseMessage response, Uri address) =>
        (int)response.StatusCode is >= 300 and < 400 && response.Headers.Location is { } location ? new Uri(address, location) : null;

    /// <summary>Only what was judged is followed: the same host by the same scheme, or by the safer one.</summary>
    private static bool IsSamePlace(Uri from, Uri to) =>
        to.IdnHost == from.IdnHost && ((to.Scheme == from.Scheme && to.Port == from.Port) || (to.Scheme is "https" && to.IsDefaultPort && from.IsDefaultPort));

    private static async Task<WebPage> PageOfAsync(HttpResponseMessage response, Uri address, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
            throw new ToolException($"{address} answers {(int)response.StatusCode} {response.ReasonPhrase}. Check the address, or find the page elsewhere.");
        if (response.Content.Headers.ContentLength > MostBytes)
            throw TooLarge(address);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (content.Length + count > MostBytes)
                throw TooLarge(address);
            content.Write(buffer, 0, count);
        }

        return new WebPage(address, response.Content.Headers.ContentType?.MediaType ?? "", content.ToArray());
    }

    private static ToolException TooLarge(Uri address) =>
        new($"{address} is larger than {MostBytes >> 20} MB, which is the most that is fetched. Download it with a program if it is needed.");

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, request) = (context.DnsEndPoint.Host.Trim('[', ']'), context.InitialRequestMessage);
        var addresses = await FindAsync(host, cancellationToken);

        // A proxy is the user's own choice and may well be near.
        var isProxy = !string.Equals(request.RequestUri?.IdnHost, host, StringComparison.OrdinalIgnoreCase);
        if (!isProxy && !(request.Options.TryGetValue(PrivateIsFine, out var fine) && fine) && Array.Exists(addresses, PrivateAddress.Contains))
            throw new ToolException($"{host} leads to this machine or its network, so it was not connected to. Fetch it by its number if that is what you want: then a person is asked.");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> FindAsync(string host, CancellationToken cancellationToken)
    {
        try
        {
            return await resolve(host, cancellationToken);
        }
        catch (SocketException error)
        {
            throw new ToolException($"{host} was not found ({error.Message}). Check the address.");
        }
    }
}
