using System.Text;
using System.Text.Json;
using MiMoCode.Protocol.Messages;

namespace MiMoCode.Providers.Http;

/// <summary>Answers that are not replies: classified by status and wording, told with what can be done about them.</summary>
internal static class Refusals
{
    private const int LongestBody = 4_000;

    /// <summary>An answer with a status other than 200.</summary>
    public static ProviderFailure Classify(Endpoint endpoint, HttpResponseMessage response, byte[] body)
    {
        var text = Cut(body);
        var status = (int)response.StatusCode;
        var said = ErrorText.Of(body);
        var kind = KindOf(status, said.Message + " " + said.Code);
        return new ProviderFailure(kind, Tell(kind, status, endpoint, said.Message, response))
        {
            StatusCode = status,
            RetryAfter = RetryAfter.Read(response, text),
            Body = text,
        };
    }

    /// <summary>An error object inside a stream, or instead of a reply with status 200.</summary>
    public static ProviderFailure Classify(JsonElement error)
    {
        var said = ErrorText.Of(error);
        var status = int.TryParse(said.Code, out var code) && code is >= 400 and < 600 ? code : said.Status;
        var kind = KindOf(status ?? 200, said.Message + " " + said.Code);
        return new ProviderFailure(kind, said.Message)
        {
            StatusCode = status,
            RetryAfter = RetryAfter.InText(said.Message),
            Body = Cut(error.GetRawText()),
        };
    }

    /// <summary>An answer with status 200 that no model gave.</summary>
    public static ProviderFailure NotAModel(Endpoint endpoint, HttpResponseMessage response, string type, byte[] body) =>
        new(FailureKind.Refused,
            $"{endpoint.BaseUrl.Authority} answered with a page ({type}, {body.Length} bytes) and not with a model's reply"
            + $"{RequestId(response)}. Check the base URL of {endpoint.ProviderId}, or the proxy in between.")
        {
            StatusCode = (int)response.StatusCode,
            Body = Cut(body),
        };

    /// <summary>How a reply ended that failed in this way.</summary>
    public static StopReason ReasonOf(FailureKind kind) => kind switch
    {
        FailureKind.ContextFull => StopReason.ContextFull,
        FailureKind.Filtered => StopReason.Filtered,
        _ => StopReason.Failed,
    };

    private static FailureKind KindOf(int status, string said) => status switch
    {
        401 => FailureKind.Auth,
        402 => FailureKind.Quota,
        413 => FailureKind.ContextFull,
        _ when OverflowWording.Matches(said) => FailureKind.ContextFull,
        _ when RefusalWording.IsQuota(said) => FailureKind.Quota,
        429 => FailureKind.RateLimit,
        _ when RefusalWording.IsFiltered(said) => FailureKind.Filtered,
        403 => FailureKind.Auth,
        408 or 425 => FailureKind.Server,
        501 or 505 => FailureKind.Refused,
        >= 500 => FailureKind.Server,
        200 when RefusalWording.IsAuth(said) => FailureKind.Auth,
        200 when RefusalWording.IsRateLimit(said) => FailureKind.RateLimit,
        200 when RefusalWording.IsRefused(said) => FailureKind.Refused,
        200 => FailureKind.Server,
        _ => FailureKind.Refused,
    };

    private static string Tell(FailureKind kind, int status, Endpoint endpoint, string said, HttpResponseMessage response)
    {
        var provider = endpoint.ProviderId;
        var advice = (kind, status) switch
        {
            (FailureKind.Auth, 403) => $"{provider} does not allow this with the key in use.",
            (FailureKind.Auth, _) => endpoint.Key is null
                ? $"{provider} wants a key: mimo auth login {provider}."
                : $"{provider} refused the key: mimo auth login {provider} stores another.",
            (FailureKind.Quota, _) => $"The quota or credit with {provider} is used up.",
            (FailureKind.RateLimit, _) => $"{provider} is asked too often.",
            (FailureKind.ContextFull, _) => "The request does not fit the model's window.",
            (FailureKind.Filtered, _) => $"{provider} withheld the reply.",
            (_, 404) => $"{provider} knows no such model or address: check the model's name and the base URL {endpoint.BaseUrl}.",
            (_, >= 300 and < 400) =>
                $"{endpoint.BaseUrl.Authority} redirects to {response.Headers.Location}; keys are not sent on. Set that address as base URL if it is right.",
            (FailureKind.Server, _) => $"{provider} is not available.",
            _ => $"{provider} refused the request.",
        };
        return $"{advice} {(said.Length > 0 ? $"It said: {said} " : "")}(HTTP {status}{RequestId(response)})";
    }

    private static string RequestId(HttpResponseMessage response)
    {
        foreach (var name in (ReadOnlySpan<string>)["x-request-id", "request-id", "x-trace-id", "cf-ray"])
        {
            if (response.Headers.TryGetValues(name, out var values))
                return $", request {string.Join(' ', values)}";
        }

        return "";
    }

    private static string Cut(byte[] body) => Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestBody)));

    private static string Cut(string text) => text.Length <= LongestBody ? text : text[..LongestBody];
}
