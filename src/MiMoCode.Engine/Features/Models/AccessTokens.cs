using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using MiMoCode.Engine.Foundation.Auth;
using MiMoCode.Protocol;
using MiMoCode.Providers;

namespace MiMoCode.Engine.Features.Models;

/// <summary>
/// Access tokens that end. Each is renewed in time by one process, while the others wait and read what it stored. What a renewal brought
/// is stored before it is used, because the token it was renewed with may be worth nothing from then on; what failed changes nothing.
/// </summary>
internal sealed class AccessTokens(AuthStore auth, HttpMessageHandler handler, TimeProvider clock)
{
    private const int LongestAnswer = 1 << 20;
    private const int LongestReason = 300;
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1), Limit = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (Credential Old, Credential Fresh)> unstored = new();

    /// <summary>A token that can be used now, or why there is none. Refused: one that the provider did not take, whatever its date says.</summary>
    public async Task<AccessToken> GetAsync(string providerId, string? refused, CancellationToken cancellationToken)
    {
        try
        {
            if (auth.Find(providerId) is { } seen && IsGood(seen, refused, Margin))
                return new(seen.Access);
            using var turn = await auth.RenewalAsync(cancellationToken);
            if (auth.Find(providerId) is not { } held)
                return Failed(FailureKind.Auth, $"The credential of {providerId} is gone from {auth.Path}. Log in again: mimo auth login {providerId}");
            if (IsGood(held, refused, Margin))
                return new(held.Access);
            var renewed = await RenewAsync(providerId, held, cancellationToken);
            return renewed.Failure is not null && IsGood(held, refused, TimeSpan.Zero) ? new(held.Access) : renewed;
        }
        catch (Exception error) when (error is UserException or IOException or UnauthorizedAccessException)
        {
            return Failed(FailureKind.Auth, error.Message);
        }
    }

    private bool IsGood(Credential credential, string? refused, TimeSpan margin) =>
        credential.Access is { Length: > 0 } access && access != refused
        && (credential.Expires is not > 0 || clock.GetUtcNow() + margin < DateTimeOffset.FromUnixTimeMilliseconds(credential.Expires.Value));

    private async Task<AccessToken> RenewAsync(string providerId, Credential held, CancellationToken cancellationToken)
    {
        if (!unstored.TryGetValue(providerId, out var renewed) || renewed.Old.Refresh != held.Refresh)
        {
            var (fresh, failure) = await AskAsync(providerId, held, cancellationToken);
            if (fresh is null)
                return new(null, failure);
            unstored[providerId] = renewed = (held, fresh);
        }

        try
        {
            // A turn that is interrupted now must not lose what the server has just exchanged.
            var stored = await auth.ReplaceAsync(providerId, renewed.Old, renewed.Fresh, CancellationToken.None);
            unstored.TryRemove(providerId, out _);
            return new(stored?.Access);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Failed(
                FailureKind.Server, $"The access token of {providerId} was renewed, but cannot be stored in {auth.Path}: {error.Message} It is kept in memory until it can.");
        }
    }

    private async Task<(Credential? Fresh, ProviderFailure? Failure)> AskAsync(string providerId, Credential held, CancellationToken cancellationToken)
    {
        if (held.Refresh is not { Length: > 0 } refresh || held.TokenAddress is not { } address)
        {
            return (null, new ProviderFailure(
                FailureKind.Auth,
                $"The access token of {providerId} has ended, and {auth.Path} does not say where to get another (refresh, metadata.token_url and metadata.client_id). "
                + $"Log in again: mimo auth login {providerId}"));
        }

        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        using var limit = new CancellationTokenSource(Limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(Form(refresh, held.ClientId)) };
            message.Headers.TryAddWithoutValidation("Accept", "application/json");
            using var response = await http.SendAsync(message, both.Token);
            await response.Content.LoadIntoBufferAsync(LongestAnswer, both.Token);
            return Read(providerId, held, response.StatusCode, await response.Content.ReadAsByteArrayAsync(both.Token));
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, new ProviderFailure(
                FailureKind.Network, $"The access token of {providerId} could not be renewed at {address.Authority}: {(limit.IsCancellationRequested ? "no answer" : error.Message)}"));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Form(string refresh, string? client)
    {
        yield return new("grant_type", "refresh_token");
        yield return new("refresh_token", refresh);
        if (client is not null)
            yield return new("client_id", client);
    }

    private (Credential? Fresh, ProviderFailure? Failure) Read(string providerId, Credential held, HttpStatusCode status, byte[] body)
    {
        var answer = Parse(body);
        if (status is HttpStatusCode.OK && Text(answer, "access_token") is { Length: > 0 } access)
        {
            return (held with
            {
                Access = access,
                Refresh = Text(answer, "refresh_token") is { Length: > 0 } rotated ? rotated : held.Refresh,
                Expires = answer.TryGetProperty("expires_in", out var seconds) && seconds.TryGetInt64(out var left)
                    ? clock.GetUtcNow().AddSeconds(left).ToUnixTimeMilliseconds()
                    : null,
            }, null);
        }

        var said = Text(answer, "error_description") ?? Text(answer, "error") ?? "something that is not a token";
        var reason = said.Length <= LongestReason ? said : said[..LongestReason];
        return status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? (null, new ProviderFailure(FailureKind.Auth, $"The access token of {providerId} is not renewed any more: {reason}. Log in again: mimo auth login {providerId}"))
            : (null, new ProviderFailure(FailureKind.Server, $"The access token of {providerId} could not be renewed (HTTP {(int)status}): {reason}. The old one is kept."));
    }

    private static JsonElement Parse(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind is JsonValueKind.Object ? json.RootElement.Clone() : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static AccessToken Failed(FailureKind kind, string message) => new(null, new ProviderFailure(kind, message));
}

/// <summary>A token, or why there is none.</summary>
internal readonly record struct AccessToken(string? Token, ProviderFailure? Failure = null);
