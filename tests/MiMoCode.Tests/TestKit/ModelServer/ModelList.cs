using System.Text.Json.Nodes;

namespace MiMoCode.TestKit.ModelServer;

/// <summary>The list of models, in a form that both OpenAI's and Anthropic's clients read.</summary>
internal static class ModelList
{
    /// <summary>The list as JSON.</summary>
    public static JsonObject Of(IEnumerable<string> models) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. models.Select(One)]),
        ["has_more"] = false,
    };

    private static JsonObject One(string id) => new()
    {
        ["id"] = id,
        ["object"] = "model",
        ["type"] = "model",
        ["display_name"] = id,
        ["created"] = 1700000000,
        ["created_at"] = "2025-01-01T00:00:00Z",
        ["owned_by"] = "script",
    };
}
