namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>Hides what must not be shown on a screen or in a report.</summary>
internal static class Secrets
{
    /// <summary>What stands for a secret.</summary>
    public const string Shown = "(hidden)";

    /// <summary>The same tree with keys, headers and environment values hidden.</summary>
    public static Node Hide(Node node, string name = "") => node switch
    {
        ObjectNode tree => tree with
        {
            Members = [.. tree.Members.Select(member => member with { Value = Hide(member.Value, IsSecretMap(name) ? "key" : member.Name) })],
        },
        ArrayNode list => list with { Items = [.. list.Items.Select(item => Hide(item, name))] },
        TextNode text when IsSecret(name) => text with { Text = Shown },
        TextNode text when LoginOf(text) is { } login => text with { Text = text.Text.Replace(login, Shown, StringComparison.Ordinal) },
        _ => node,
    };

    /// <summary>The same tree without what stands for something hidden: who sends it back means the real one.</summary>
    public static ObjectNode WithoutHidden(ObjectNode tree) => tree with
    {
        Members = [.. from member in tree.Members
                      where member.Value is not TextNode text || !text.Text.Contains(Shown, StringComparison.Ordinal)
                      select member.Value is ObjectNode below ? member with { Value = WithoutHidden(below) } : member],
    };

    /// <summary>The secrets in a tree.</summary>
    public static IEnumerable<string> In(Node node, string name = "") => node switch
    {
        ObjectNode tree => tree.Members.SelectMany(member => In(member.Value, IsSecretMap(name) ? "key" : member.Name)),
        ArrayNode list => list.Items.SelectMany(item => In(item, name)),
        TextNode text when IsSecret(name) => [text.Text],
        TextNode text when LoginOf(text) is { } login => [login, .. login.Split(':').Skip(1)],
        _ => [],
    };

    /// <summary>The user and password of an address.</summary>
    private static string? LoginOf(TextNode text) =>
        text.Text.Contains('@') && Uri.TryCreate(text.Text, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? url.UserInfo : null;

    private static bool IsSecretMap(string name) => name is "headers" or "environment" or "env";

    /// <summary>Whether what has the name is a secret.</summary>
    public static bool IsSecret(string name) =>
        name.Contains("key", StringComparison.OrdinalIgnoreCase) || name.Contains("secret", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith("token", StringComparison.OrdinalIgnoreCase) || name.EndsWith("authorization", StringComparison.OrdinalIgnoreCase) || name.Contains("password", StringComparison.OrdinalIgnoreCase);
}
