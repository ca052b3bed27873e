using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MiMoCode.App.Server.Access;

/// <summary>
/// Who may come in: by HTTP Basic, by <c>?auth_token=</c> (the same, for clients that cannot set headers), or by a secret first part
/// of the path (for clients that know nothing but a URL).
/// </summary>
internal sealed class Login
{
    private const int SecretBytes = 24;
    private static readonly Encoding Utf8 = new UTF8Encoding(false);
    private readonly byte[]? password;
    private readonly string[] usernames;
    private readonly string? path;

    private Login(byte[]? password, string[] usernames, string? path) =>
        (this.password, this.usernames, this.path) = (password, usernames, path);

    /// <summary>What stands between the address and the routes; empty when nothing has to.</summary>
    public string Prefix => path is null ? "" : "/" + path;

    /// <summary>Everybody on this machine comes in.</summary>
    public bool IsOpen => password is null && path is null;

    /// <summary>With one of the names and the password.</summary>
    public static Login WithPassword(string password, params string[] usernames) => new(Hash(password), usernames, null);

    /// <summary>With a URL that holds a secret, so that a client which knows no password can be given one.</summary>
    public static Login WithSecretPath() => new(null, [], "key-" + NewSecret());

    /// <summary>Without anything: only for a person who asks for it, and only on loopback.</summary>
    public static Login Open() => new(null, [], null);

    /// <summary>Something that nobody guesses.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>Whether the request may go on; takes the secret off its path.</summary>
    public bool Admits(HttpRequest request)
    {
        if (IsOpen)
            return true;
        if (path is not null)
            return AdmitsPath(request);
        if (request.Headers.Authorization is [{ } header] && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return AdmitsCredentials(header["Basic ".Length..]);
        return request.Query["auth_token"] is [{ } token] && AdmitsCredentials(token);
    }

    private bool AdmitsPath(HttpRequest request)
    {
        var whole = request.Path.Value ?? "";
        var end = whole.IndexOf('/', 1);
        var first = end < 0 ? whole : whole[..end];
        if (!CryptographicOperations.FixedTimeEquals(Hash(first), Hash(Prefix)))
            return false;
        request.PathBase = request.PathBase.Add(Prefix);
        request.Path = end < 0 ? "/" : whole[end..];
        return true;
    }

    private bool AdmitsCredentials(string base64)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64.Trim(), bytes, out var count))
            return false;
        var text = Utf8.GetString(bytes, 0, count);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return false;
        // Both are compared whatever the first says, so that nothing is told by the time it takes.
        var named = usernames.Contains(text[..colon]);
        return CryptographicOperations.FixedTimeEquals(Hash(text[(colon + 1)..]), password) & named;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Utf8.GetBytes(text));
}
