using System.Text.RegularExpressions;

namespace MiMoCode.Engine.Foundation.Configuration;

/// <summary>
/// Fills in {env:NAME} and {file:path} inside texts. Only values that were written as text change, so no variable can add keys.
/// A file of the project may read neither secrets of the environment nor files outside the project: cloning a repository must
/// not be enough to send them away.
/// </summary>
internal sealed partial class Substitution(
    EnvironmentVariables environment, Folders folders, ProjectFolders project, ICollection<Notice> notices)
{
    private const long MaxFileBytes = 1024 * 1024;

    [GeneratedRegex(@"\{(env|file):([^{}]+)\}")]
    private static partial Regex Holes { get; }

    /// <summary>The same object; a key whose file cannot be read is dropped, with its place named.</summary>
    public ObjectNode Fill(ObjectNode tree, string folder, bool fromProject) =>
        tree with
        {
            Members = [.. from member in tree.Members
                          let value = Fill(member.Value, folder, fromProject)
                          where value is not null
                          select member with { Value = value }],
        };

    private Node? Fill(Node node, string folder, bool fromProject) => node switch
    {
        ObjectNode found => Fill(found, folder, fromProject),
        ArrayNode list => list with
        {
            Items = [.. list.Items.Select(item => Fill(item, folder, fromProject)).OfType<Node>()],
        },
        TextNode text when text.Text.Contains('{') => FillText(text, folder, fromProject),
        _ => node,
    };

    private TextNode? FillText(TextNode node, string folder, bool fromProject)
    {
        try
        {
            return node with { Text = Holes.Replace(node.Text, hole => Value(hole.Groups[1].Value, hole.Groups[2].Value.Trim())) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            notices.Add(new(NoticeKind.Warning, node.Place, $"dropped: {error.Message}"));
            return null;
        }

        string Value(string kind, string name) => kind is "env" ? Variable(name, fromProject) : Text(name, folder, fromProject);
    }

    private string Variable(string name, bool fromProject) =>
        fromProject && LooksSecret(name)
            ? throw new ArgumentException($"a project file may not read the secret {name}; write this key into your own settings ({folders.Short(folders.Config)}/mimocode.jsonc)")
            : environment[name] ?? "";

    private string Text(string name, string folder, bool fromProject)
    {
        var path = name.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(folders.Home, name[2..]) : Path.GetFullPath(name, folder);
        var file = new FileInfo(path);
        var real = file.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        if (fromProject && !real.StartsWith(project.Root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ArgumentException($"a project file may not read {path}, which lies outside the project");
        if (!file.Exists)
            throw new IOException($"there is no file {path}");
        return file.Length <= MaxFileBytes ? File.ReadAllText(path).Trim() : throw new IOException($"{path} is larger than 1 MiB");
    }

    /// <summary>The name says that the value is a secret.</summary>
    internal static bool LooksSecret(string name) =>
        name.Split('_').Any(word => word.ToUpperInvariant() is
            "KEY" or "KEYS" or "TOKEN" or "TOKENS" or "SECRET" or "SECRETS" or "PASSWORD" or "PASSWD" or "PASS" or "CREDENTIALS" or "AUTH" or "APIKEY" or "PAT");
}
