using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiMoCode.Engine.Foundation.Configuration;
using MiMoCode.Protocol;

namespace MiMoCode.App.Server.Remote;

/// <summary>Where a server is, and what it takes to be let in.</summary>
/// <param name="Url">With the path before the routes, if there is one.</param>
/// <param name="Username">The name to log in with.</param>
/// <param name="Password">Null: none is needed.</param>
/// <param name="Directory">The folder on the server; null for the one that it was started in.</param>
internal sealed record RemoteAddress(Uri Url, string Username, string? Password, string? Directory)
{
    /// <summary>Reads what a person gave, with what the environment says besides.</summary>
    /// <exception cref="UserException">It is no address.</exception>
    public static RemoteAddress Of(RemoteTarget target, EnvironmentVariables environment)
    {
        if (!Uri.TryCreate(target.Url, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new UserException($"'{target.Url}' is not the address of a server: write it as http://127.0.0.1:4096.");
        // A folder that is here is meant as it is seen from here.
        var directory = target.Directory is { } named && System.IO.Directory.Exists(named) ? System.IO.Path.GetFullPath(named) : target.Directory;
        return new RemoteAddress(url, target.Username ?? environment.ServerUsernames[0], target.Password ?? environment.ServerPassword, directory);
    }
}

/// <summary>Calls routes of a server. What the server refuses becomes a <see cref="UserException"/> with its words.</summary>
internal sealed class RemoteCalls : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);
    private readonly HttpClient http;
    private readonly Uri url;

    public RemoteCalls(RemoteAddress address)
    {
        url = address.Url;
        // A redirect would take the password elsewhere.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = ConnectTime, UseProxy = !url.IsLoopback, UseCookies = false };
        http = new HttpClient(handler) { BaseAddress = new Uri(url.ToString().TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (address.Password is { } password)
            http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{address.Username}:{password}")));
        if (address.Directory is { } directory)
            http.DefaultRequestHeaders.Add("x-mimocode-directory", Uri.EscapeDataString(directory));
    }

    /// <summary>A path with its parts escaped: <c>$"session/{id}"</c>.</summary>
    public static string Path(FormattableString path) =>
        string.Format(null, path.Format, [.. path.GetArguments().Select(part => (object)Uri.EscapeDataString(part?.ToString() ?? ""))]);

    /// <summary>A path with a query of those that are not null.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(path);
        var before = '?';
        foreach (var (name, value) in query)
        {
            if (value is null)
                continue;
            text.Append(before).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            before = '&';
        }

        return text.ToString();
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Get, path, null, answer, cancellationToken);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> answer, CancellationToken cancellationToken) =>
        AskAsync(HttpMethod.Post, path, null, answer, cancellationToken);

    public Task<T> SendAsync<TBody, T>(
        HttpMethod method, string path, TBody body, JsonTypeInfo<TBody> shape, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, shape));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return AskAsync(method, path, content, answer, cancellationToken);
    }

    public async Task<T> AskAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        using var response = await OpenAsync(method, path, content, null, cancellationToken);
        return await ReadAsync(response, shape, cancellationToken);
    }

    public static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(body, shape, cancellationToken) ?? throw new UserException("The server answered nothing.", 1, 502);
    }

    /// <summary>A successful answer whose body is still to be read.</summary>
    /// <exception cref="UserException">The server cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> OpenAsync(
        HttpMethod method, string path, HttpContent? content, string? after, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException failure)
        {
            throw new UserException($"The server at {url.GetLeftPart(UriPartial.Authority)} cannot be reached: {failure.Message}", 1, 503);
        }

        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await RefusalAsync(response, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static async Task<UserException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode is HttpStatusCode.Unauthorized)
            return new UserException("The server wants a password: give it with -p, or in MIMOCODE_SERVER_PASSWORD.", 2, status);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        string? words = null;
        try
        {
            using var json = JsonDocument.Parse(body);
            words = Fault.TextOf(json.RootElement);
        }
        catch (JsonException)
        {
            // Something between us and the server answered.
        }

        return new UserException(words ?? $"The server answered with {status}.", status < 500 ? 2 : 1, status);
    }
}
