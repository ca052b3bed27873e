using System.Text.Json;

namespace MiMoCode.Engine.Features.MaxMode;

/// <summary>Reads <c>experimental.maxMode</c>: true, or how many candidates.</summary>
internal static class MaxModeSetting
{
    /// <summary>As many as are asked for when nothing else is said.</summary>
    public const int DefaultCandidates = 5;

    private const int MostCandidates = 16;

    /// <summary>How many candidates are asked for; null when the mode is off.</summary>
    public static int? Candidates(JsonElement? setting) => setting switch
    {
        { ValueKind: JsonValueKind.True } => DefaultCandidates,
        { ValueKind: JsonValueKind.Object } given => given.TryGetProperty("candidates", out var count) && count.TryGetInt32(out var number)
            ? Math.Clamp(number, 2, MostCandidates)
            : DefaultCandidates,
        _ => null,
    };
}
