namespace MiMoCode.Engine.Foundation.Assets;

/// <summary>
/// The texts of the program. A file at the same path in one of the folders, which stand in order of precedence, replaces the
/// built-in one: .mimocode of the project, then the user's settings folder.
/// </summary>
internal sealed class Assets(params IReadOnlyList<string> folders)
{
    /// <summary>The text at a path such as <c>prompts/system.md</c>, with values for what it names in braces; a path that does not exist is a bug.</summary>
    public string Read(string path, params ReadOnlySpan<(string Name, string Value)> values) =>
        BuiltInTexts.Fill(ReadOverride(path) ?? EmbeddedText.Read(path), values);

    private string? ReadOverride(string path)
    {
        foreach (var file in folders.Select(folder => Path.Combine(folder, path)))
        {
            if (File.Exists(file))
                return File.ReadAllText(file);
        }

        return null;
    }
}
