using System.Text.Json;

namespace MiMoCode.App.Server.Endpoints;

/// <summary>Valid answers of what has nothing to tell.</summary>
internal static class Empty
{
    private static readonly JsonElement List = Parse("[]");

    public static Task<JsonElement> ListAsync(Call call) => Task.FromResult(List);

    public static Task<JsonElement> MapAsync(Call call) => Task.FromResult(Object);

    /// <summary>{}.</summary>
    public static JsonElement Object { get; } = Parse("{}");

    public static Task<bool> AcceptAsync(Call call) => Task.FromResult(true);

    /// <summary>The same as text.</summary>
    public static Func<Call, Task<JsonElement>> Of(string json)
    {
        var answer = Parse(json);
        return _ => Task.FromResult(answer);
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
