using MiMoCode.Engine.Foundation.Configuration;

namespace MiMoCode.Engine.Features.Telemetry;

/// <summary>Where spans are sent, as the variables say that every program with OpenTelemetry reads.</summary>
internal sealed record OtlpTarget(Uri Url, IReadOnlyList<KeyValuePair<string, string>> Headers, IReadOnlyList<KeyValuePair<string, string>> Resource, TimeSpan Timeout)
{
    /// <summary>Null when none is named, or it is switched off, or cannot be reached by HTTP, which is told.</summary>
    public static OtlpTarget? Of(EnvironmentVariables environment, string version, Action<string> warn)
    {
        if (environment.IsOn("OTEL_SDK_DISABLED") || environment["OTEL_TRACES_EXPORTER"] is "none")
            return null;
        var named = environment["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] ?? (environment["OTEL_EXPORTER_OTLP_ENDPOINT"] is { } all ? all.TrimEnd('/') + "/v1/traces" : null);
        var protocol = environment["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"] ?? environment["OTEL_EXPORTER_OTLP_PROTOCOL"];
        if (named is null)
            return null;
        if (protocol is "grpc" || !Uri.TryCreate(named, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            warn(protocol is "grpc"
                ? "telemetry: spans are sent by HTTP only, not by grpc, so none are: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json, and the endpoint to the collector's HTTP port (4318)."
                : "telemetry: OTEL_EXPORTER_OTLP_ENDPOINT is not an http address, so no spans are sent.");
            return null;
        }

        var timeout = int.TryParse(environment["OTEL_EXPORTER_OTLP_TIMEOUT"], out var given) && given > 0 ? given : 10_000;
        return new OtlpTarget(
            url,
            Pairs(environment["OTEL_EXPORTER_OTLP_TRACES_HEADERS"] ?? environment["OTEL_EXPORTER_OTLP_HEADERS"]),
            [new("service.name", environment["OTEL_SERVICE_NAME"] ?? "mimocode"), new("service.version", version), .. Pairs(environment["OTEL_RESOURCE_ATTRIBUTES"])],
            TimeSpan.FromMilliseconds(timeout));
    }

    private static List<KeyValuePair<string, string>> Pairs(string? list)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var each in (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (each.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
                pairs.Add(new(each[..sign].Trim(), Uri.UnescapeDataString(each[(sign + 1)..].Trim())));
        }

        return pairs;
    }
}
