using MiMoCode.Protocol.Configuration;

namespace MiMoCode.Engine.Foundation.Assets;

/// <summary>The texts of a folder of the program. Settings that they name in braces, as in <c>{compose.docs}</c>, are filled in.</summary>
internal static class BuiltInTexts
{
    /// <summary>The texts below a folder such as <c>agents/</c>, with their paths.</summary>
    public static IEnumerable<(string Path, string Text)> In(string folder, Config config) =>
        from path in EmbeddedText.Paths
        where path.StartsWith(folder, StringComparison.Ordinal)
        select (path, Fill(EmbeddedText.Read(path), ("compose.docs", config.Compose.Docs)));

    /// <summary>A text with values in place of their names in braces.</summary>
    public static string Fill(string text, params ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var (name, value) in values)
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        return text;
    }
}
