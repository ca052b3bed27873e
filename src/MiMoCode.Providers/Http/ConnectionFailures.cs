using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

namespace MiMoCode.Providers.Http;

/// <summary>What breaks below the words of a reply, in the words of the one who has to mend it.</summary>
internal static class ConnectionFailures
{
    /// <summary>Null for what is a fault of ours.</summary>
    public static ProviderFailure? Classify(Exception exception, Endpoint endpoint, bool wasSilent) => exception switch
    {
        _ when wasSilent => Stream($"{endpoint.ProviderId} said nothing for {Span(endpoint.Silence!.Value)}."),
        HttpRequestException request => Request(request, endpoint),
        OperationCanceledException => new ProviderFailure(FailureKind.Network, $"{Host(endpoint)} did not accept a connection within 10 s."),
        IOException => Stream($"The connection to {Host(endpoint)} broke: {exception.Message}"),
        JsonException => Stream($"{endpoint.ProviderId} sent something that is not a reply: {exception.Message}"),
        InvalidDataException => Stream($"{endpoint.ProviderId} sent something that is not a reply: {exception.Message}"),
        _ => null,
    };

    private static ProviderFailure Request(HttpRequestException exception, Endpoint endpoint) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => IsTransient(exception)
            ? new ProviderFailure(FailureKind.Network, $"The name {Host(endpoint)} cannot be resolved at the moment.")
            : new ProviderFailure(FailureKind.Network, $"The name {Host(endpoint)} is not known. Check the base URL and the network."),
        HttpRequestError.SecureConnectionError when exception.InnerException is AuthenticationException inner =>
            new ProviderFailure(FailureKind.Refused, $"No trusted connection to {Host(endpoint)}: {inner.Message} Check the certificate, or the proxy."),
        HttpRequestError.ProxyTunnelError =>
            new ProviderFailure(FailureKind.Network, $"The proxy refused to connect to {Host(endpoint)}: {exception.Message}"),
        HttpRequestError.ResponseEnded => new ProviderFailure(FailureKind.Network, $"{Host(endpoint)} closed the connection without an answer."),
        _ => new ProviderFailure(FailureKind.Network, $"{Host(endpoint)} cannot be reached: {exception.Message}"),
    };

    private static bool IsTransient(HttpRequestException exception) =>
        exception.InnerException is SocketException { SocketErrorCode: SocketError.TryAgain };

    private static ProviderFailure Stream(string message) => new(FailureKind.Stream, message);

    private static string Host(Endpoint endpoint) => endpoint.BaseUrl.Authority;

    private static string Span(TimeSpan time) => time < TimeSpan.FromMinutes(2) ? $"{time.TotalSeconds:0.#} s" : $"{time.TotalMinutes:0.#} min";
}
