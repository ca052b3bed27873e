using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.TestKit;

/// <summary>Exchanges the refresh token "refresh-0" for "access-1" and "refresh-1", that for "access-2" and so on: each of them once.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private int _exchanged;

    private TokenServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where tokens are exchanged.</summary>
    public string Url => _app.Urls.Single() + "/oauth/token";

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>As whom it was asked last.</summary>
    public string? ClientId { get; private set; }

    /// <summary>Before it answers well, it answers so.</summary>
    public Queue<(int Status, string Body)> Faults { get; } = new();

    /// <summary>Happens while it answers.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>It takes so long to answer.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Starts one.</summary>
    public static async Task<TokenServer> StartAsync()
    {
        var server = new TokenServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An entry of auth.json whose access token ended long ago, or ends when it is said to.</summary>
    public string Entry(DateTimeOffset? ends = null) =>
        $$"""{"type":"oauth","refresh":"refresh-0","access":"access-0","expires":{{(ends ?? DateTimeOffset.UnixEpoch.AddDays(1)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}},"metadata":{"token_url":"{{Url}}","client_id":"tests"},"odd":7}""";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var (status, body) = Answer(form["grant_type"] == "refresh_token" ? form["refresh_token"].ToString() : "", form["client_id"]);
        Meanwhile?.Invoke();
        await Task.Delay(Delay, http.RequestAborted);
        (http.Response.StatusCode, http.Response.ContentType) = (status, "application/json");
        await http.Response.WriteAsync(body, http.RequestAborted);
    }

    private (int Status, string Body) Answer(string refresh, string? client)
    {
        lock (_gate)
        {
            (Asked, ClientId) = (Asked + 1, client);
            if (Faults.TryDequeue(out var fault)) { return fault; }
            if (refresh != $"refresh-{_exchanged}") { return (400, """{"error":"invalid_grant","error_description":"this token was used before"}"""); }
            _exchanged++;
            return (200, $$"""{"access_token":"access-{{_exchanged}}","refresh_token":"refresh-{{_exchanged}}","expires_in":3600,"token_type":"Bearer"}""");
        }
    }
}
