namespace MiMoCode.Providers.Http;

/// <summary>Words that tell one kind of refusal from another where the status does not.</summary>
internal static class RefusalWording
{
    private static readonly string[] Quota =
    [
        "insufficient_quota", "insufficient balance", "insufficient_balance", "insufficient credit", "credit balance is too low",
        "exceeded your current quota", "billing_hard_limit", "payment required", "usage limit reached", "usage_limit_reached",
        "exceeded_current_quota_error", "account is in arrears", "arrearage", "out of credits",
    ];

    private static readonly string[] Filtered =
    [
        "content_filter", "content_policy_violation", "content management policy", "data_inspection_failed", "prohibited_content",
        "content exists risk", "sensitive content",
    ];

    private static readonly string[] Auth = ["invalid_api_key", "incorrect api key", "authentication_error", "invalid x-api-key", "unauthorized", "permission_error"];

    private static readonly string[] RateLimit = ["rate_limit", "rate limit", "too many requests", "resource_exhausted"];

    private static readonly string[] Refused = ["invalid_request_error", "invalid_argument", "not_found_error", "model_not_found", "bad_request"];

    public static bool IsQuota(string said) => Any(Quota, said);

    public static bool IsFiltered(string said) => Any(Filtered, said);

    public static bool IsAuth(string said) => Any(Auth, said);

    public static bool IsRateLimit(string said) => Any(RateLimit, said);

    public static bool IsRefused(string said) => Any(Refused, said);

    private static bool Any(string[] words, string said) => Array.Exists(words, word => said.Contains(word, StringComparison.OrdinalIgnoreCase));
}
