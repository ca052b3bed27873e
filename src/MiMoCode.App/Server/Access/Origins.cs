using System.Net;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.App.Server.Access;

/// <summary>
/// Where a request comes from, as browsers say. A page of another origin is refused before anything else, and so is a host name that
/// is not ours: it would be a page that had its own name point to this machine.
/// </summary>
internal sealed class Origins(IEnumerable<string> allowed, string listensOn, string? domain = null)
{
    private static readonly string[] OwnNames = ["localhost", "127.0.0.1", "::1"];
    private readonly HashSet<string> allowed = new(allowed.Select(origin => origin.TrimEnd('/')), StringComparer.OrdinalIgnoreCase);
    private readonly bool everywhere = listensOn is "0.0.0.0" or "::" or "*";

    /// <summary>Whether the Host header names this server.</summary>
    public bool IsOwnHost(HttpRequest request)
    {
        var name = request.Host.Host.Trim('[', ']');
        if (name.Length is 0 || request.Headers.Host.Count is not 1)
            return false;
        return OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase) || name.Equals(listensOn, StringComparison.OrdinalIgnoreCase)
            || name.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || (everywhere && (IPAddress.TryParse(name, out _) || name.Equals(Environment.MachineName, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The origin of a page that may read our answers; null when the request comes from no page or from our own.</summary>
    public static string? Foreign(HttpRequest request) =>
        request.Headers.Origin is [{ Length: > 0 } origin] && !IsOwn(request, origin) ? origin : null;

    /// <summary>Whether pages of the origin may talk to us.</summary>
    public bool Allows(string origin) => allowed.Contains(origin);

    /// <summary>A browser sends it for a page of somebody else, with or without saying whose.</summary>
    public bool IsFromStranger(HttpRequest request)
    {
        if (request.Headers.Origin.Count > 1)
            return true;
        if (Foreign(request) is { } origin)
            return !Allows(origin);
        return request.Headers.Origin.Count is 0 && request.Headers["Sec-Fetch-Site"] is ["cross-site" or "same-site"];
    }

    private static bool IsOwn(HttpRequest request, string origin) =>
        origin.Equals($"http://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
}
