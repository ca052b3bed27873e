using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MiMoCode.App.Server.Access;

/// <summary>What every request passes before it meets a route: host, origin, login, and the form of its body; in this order.</summary>
internal sealed class Gate(Origins origins, Login login, Tickets tickets)
{
    /// <summary>The refusal, or null when the request may go on. Preflights are answered here.</summary>
    public Refusal? Check(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!origins.IsOwnHost(request))
            return new Refusal(403, "This server is not known by that host name.");
        if (origins.IsFromStranger(request))
            return new Refusal(403, "Pages of this origin may not use this server; --cors allows one.");
        if (Origins.Foreign(request) is { } origin)
            Welcome(response.Headers, origin);
        if (HttpMethods.IsOptions(request.Method))
            return Preflight(request, response.Headers);
        if (!login.Admits(request) && !tickets.Admit(request))
        {
            response.Headers.WWWAuthenticate = "Basic realm=\"mimocode\", charset=\"UTF-8\"";
            return new Refusal(401, "Log in with the user name and password of this server.");
        }

        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) ? null : CheckBody(request);
    }

    private Refusal Preflight(HttpRequest request, IHeaderDictionary headers)
    {
        if (request.Headers.Origin is not [{ } origin] || !(origins.Allows(origin) || Origins.Foreign(request) is null))
            return new Refusal(403, "OPTIONS answers pages of allowed origins.");
        headers.AccessControlAllowMethods = "GET, POST, PUT, PATCH, DELETE";
        headers.AccessControlAllowHeaders = "authorization, content-type, last-event-id, x-opencode-directory, x-mimocode-directory";
        headers.AccessControlMaxAge = "86400";
        return new Refusal(204, "");
    }

    private static void Welcome(IHeaderDictionary headers, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "link, x-next-cursor";
        headers.Vary = "Origin";
    }

    private static Refusal? CheckBody(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
            return new Refusal(415, "Send the body as it is, without a content encoding.");
        if (request.ContentType is not { Length: > 0 } type)
            return request.ContentLength is > 0 || request.Headers.TransferEncoding.Count > 0 ? NotJson : null;
        if (!MediaTypeHeaderValue.TryParse(type, out var parsed))
            return NotJson;
        return parsed.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" => null,
            // What a page of anybody can send without asking.
            "text/plain" or "application/x-www-form-urlencoded" or "multipart/form-data" => new Refusal(403, "Send JSON as application/json."),
            _ => NotJson,
        };
    }

    private static Refusal NotJson => new(415, "Send JSON as application/json.");
}

/// <summary>An answer that ends a request at the gate.</summary>
internal sealed record Refusal(int Status, string Message);
