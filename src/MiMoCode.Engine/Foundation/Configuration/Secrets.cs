namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Hides what must not be shown on a screen or in a report.</summary>
internal static class Secrets
{
    private const string Shown = "(hidden)";

    /// <summary>The same tree with keys, headers and environment values hidden.</summary>
    public static Node Hide(Node node, string name = "") => node switch
    {
        ObjectNode tree => tree with
        {
            Members = [.. tree.Members.Select(member => member with { Value = Hide(member.Value, IsSecretMap(name) ? "key" : member.Name) })],
        },
        ArrayNode list => list with { Items = [.. list.Items.Select(item => Hide(item, name))] },
        TextNode text when IsSecret(name) => text with { Text = Shown },
        _ => node,
    };

    /// <summary>The same tree without what stands for something hidden: who sends it back means the real one.</summary>
    public static ObjectNode WithoutHidden(ObjectNode tree) => tree with
    {
        Members = [.. from member in tree.Members
                      where member.Value is not TextNode { Text: Shown }
                      select member.Value is ObjectNode below ? member with { Value = WithoutHidden(below) } : member],
    };

    private static bool IsSecretMap(string name) => name is "headers" or "environment" or "env";

    private static bool IsSecret(string name) =>
        name.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("token", StringComparison.OrdinalIgnoreCase) || name.Contains("password", StringComparison.OrdinalIgnoreCase);
}
