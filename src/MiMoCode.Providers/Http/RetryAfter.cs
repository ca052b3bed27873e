using System.Globalization;
using System.Text.RegularExpressions;

namespace MiMoCode.Providers.Http;

/// <summary>How long a provider asks to wait, in all the ways it is said: headers in milliseconds, seconds or as a date, or words in the text.</summary>
internal static partial class RetryAfter
{
    public static TimeSpan? Read(HttpResponseMessage response, string body) =>
        Milliseconds(response) ?? Seconds(response) ?? Date(response) ?? InText(body);

    /// <summary>Reads "try again in 1m2.5s" and "retryDelay": "34s".</summary>
    public static TimeSpan? InText(string text)
    {
        var found = Wait().Match(text);
        if (!found.Success)
            return null;
        var total = TimeSpan.Zero;
        for (var at = 0; at < found.Groups["number"].Captures.Count; at++)
        {
            var number = double.Parse(found.Groups["number"].Captures[at].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
            total += Unit(number, found.Groups["unit"].Captures[at].Value);
        }

        return total;
    }

    private static TimeSpan Unit(double number, string unit)
    {
        number = Math.Min(number, 1_000_000);
        return unit switch
        {
            "ms" or "milliseconds" => TimeSpan.FromMilliseconds(number),
            "h" or "hour" or "hours" => TimeSpan.FromHours(number),
            "m" or "min" or "minute" or "minutes" => TimeSpan.FromMinutes(number),
            _ => TimeSpan.FromSeconds(number),
        };
    }

    private static TimeSpan? Milliseconds(HttpResponseMessage response) =>
        Number(response, "retry-after-ms") is { } number ? TimeSpan.FromMilliseconds(number) : null;

    private static TimeSpan? Seconds(HttpResponseMessage response) =>
        Number(response, "retry-after") is { } number ? TimeSpan.FromSeconds(number) : null;

    private static TimeSpan? Date(HttpResponseMessage response)
    {
        // Counted from the server's own clock, so that a wrong clock here does no harm.
        if (response.Headers.RetryAfter?.Date is not { } date || response.Headers.Date is not { } now)
            return null;
        return date > now ? date - now : TimeSpan.Zero;
    }

    private static double? Number(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
        && double.TryParse(values.First(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and < 100_000_000
            ? number
            : null;

    [GeneratedRegex(
        """(?:(?:try again|retry|wait)\D{0,40}?|retryDelay"\s*:\s*")(?:(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|milliseconds?|h|hours?|min|minutes?|m|seconds?|s)\b?\s*)+""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Wait();
}
