using System.Security.Cryptography;
using System.Text;
using MiMoCode.TestKit;
using MiMoCode.TestKit.ModelServer;

namespace MiMoCode.EndToEnd.Harm;

/// <summary>All cases in the order of their numbers, and what they share.</summary>
internal static class HarmCases
{
    public static IReadOnlyList<Case> All { get; } =
        [.. RepositoryHarm.Cases, .. FileHarm.Cases, .. UndoHarm.Cases, .. PermissionHarm.Cases, .. ShellHarm.Cases];

    public static Reply Done { get; } = Reply.Say("done");

    public static Reply Bash(string command, int? timeout = null, bool background = false) =>
        Reply.Call("bash", new { command, description = "Does it", timeout, background });

    public static Reply Read(string path) => Reply.Call("read", new { filePath = path });

    public static Reply Edit(string path, string old, string now) => Reply.Call("edit", new { filePath = path, oldString = old, newString = now });

    public static Reply Write(string path, string text) => Reply.Call("write", new { filePath = path, content = text });

    /// <summary>What the model was told about its calls, in their order; and how the run ended.</summary>
    public static async Task<(Exit Exit, IReadOnlyList<string> Told)> RunAsync(Scene scene, params string[] arguments)
    {
        var exit = await scene.RunAsync(["run", .. arguments, "do it"]);
        return (exit, [.. scene.Server.Prompts[^1].Conversation.Where(said => said.Role == "tool").Select(said => said.Text)]);
    }

    /// <summary>The files of a project with their contents and modes, as one hash; git's own folder apart.</summary>
    public static string HashOf(TempProject project)
    {
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(project.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(path => !path.Contains("/.git/", StringComparison.Ordinal)))
        {
            text.Append($"{path} {File.GetUnixFileMode(path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }

    /// <summary>One cell of a table.</summary>
    public static string Cell(string text, Scene scene)
    {
        text = text.ReplaceLineEndings(" ").Replace('|', '/').Replace(scene.Project.Root, "PROJECT", StringComparison.Ordinal).Replace(scene.Project.Home, "HOME", StringComparison.Ordinal);
        return "\"" + (text.Length > 150 ? text[..150] + "…" : text).Trim() + "\"";
    }
}
